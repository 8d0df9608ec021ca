;; Not offered to a deterministic run: ENOSYS.
;; outcome: ok
;; value: 52
(module
  (import "wasi_snapshot_preview1" "proc_raise" (func $call (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 0)))
  ))
