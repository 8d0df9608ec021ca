;; Writes the job's information.
;; outcome: ok
;; output-begins: {"job_id":"b
(module
  (import "icn" "host_get_job_info" (func $call (result i64)))
  (import "icn" "host_read_result" (func $read (param i32 i32 i32) (result i32)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64) (local $length i64)
    (local.set $length (call $call))
    (if (i64.lt_s (local.get $length) (i64.const 0)) (then (return (local.get $length))))
    (drop (call $write (i32.const 16384) (call $read (i32.const 0) (i32.const 16384) (i32.const 32768))))
    (local.get $length)
  ))
