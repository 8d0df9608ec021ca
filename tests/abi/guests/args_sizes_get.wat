;; Three arguments of thirteen bytes.
;; outcome: ok
;; value: 55834574851
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 64) (i32.const 68)) (then (return (i64.const -1))))
    (i64.load (i32.const 64))
  ))
