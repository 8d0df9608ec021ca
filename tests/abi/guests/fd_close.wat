;; A descriptor closes once.
;; outcome: ok
;; value: 8
(module
  (import "wasi_snapshot_preview1" "fd_close" (func $call (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 1)) (then (return (i64.const -1))))
    (i64.extend_i32_u (call $call (i32.const 1)))
  ))
