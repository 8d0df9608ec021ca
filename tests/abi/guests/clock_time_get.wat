;; The order's time in nanoseconds and one reading.
;; outcome: ok
;; value: 1700000000000001000
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $call (param i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 0) (i64.const 1) (i32.const 64)) (then (return (i64.const -1))))
    (i64.load (i32.const 64))
  ))
