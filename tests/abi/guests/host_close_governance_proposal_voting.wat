;; Asks for the closing of a vote and writes the status that the order observed.
;; outcome: ok
;; effects: 1
;; output: {"state":"voting"}
(module
  (import "icn" "host_close_governance_proposal_voting" (func $call (param i32 i32) (result i64)))
  (import "icn" "host_read_result" (func $read (param i32 i32 i32) (result i32)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "bafyreihm2e3yxso4cmaar4anldnv2jxwbw2vsnfetokjv57g62unukrl5m")
  (func (export "run") (result i64) (local $length i64)
    (local.set $length (call $call (i32.const 1024) (i32.const 59)))
    (if (i64.lt_s (local.get $length) (i64.const 0)) (then (return (local.get $length))))
    (drop (call $write (i32.const 16384) (call $read (i32.const 0) (i32.const 16384) (i32.const 32768))))
    (local.get $length)
  ))
