;; An empty environment.
;; outcome: ok
;; value: 0
(module
  (import "wasi_snapshot_preview1" "environ_get" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 64) (i32.const 128)) (then (return (i64.const -1))))
    (i64.const 0)
  ))
