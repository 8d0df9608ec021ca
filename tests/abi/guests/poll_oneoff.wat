;; Sleeps two seconds of its own clock.
;; outcome: ok
;; value: 1700000002000
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $call (param i32 i32 i32 i32) (result i32)))
  (import "icn" "host_get_time" (func $time (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 80) "\01")
  (data (i32.const 88) "\00\94\35\77")
  (func (export "run") (result i64)
    (if (call $call (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 512)) (then (return (i64.const -1))))
    (call $time)
  ))
