;; Standard output may be written and polled.
;; outcome: ok
;; value: 134217792
(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 1) (i32.const 64)) (then (return (i64.const -1))))
    (i64.load (i32.const 72))
  ))
