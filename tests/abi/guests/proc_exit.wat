;; Ends with exit code 3.
;; outcome: nonzero_exit 3
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $call (param i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (call $call (i32.const 3))
    (unreachable)
  ))
