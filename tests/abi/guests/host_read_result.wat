;; Copies four bytes from the middle of the result register.
;; outcome: ok
;; output: key:
(module
  (import "icn" "host_read_result" (func $call (param i32 i32 i32) (result i32)))
  (import "icn" "host_get_caller" (func $caller (result i64)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (drop (call $caller))
    (i64.extend_i32_s (call $write (i32.const 64) (call $call (i32.const 4) (i32.const 64) (i32.const 4))))
  ))
