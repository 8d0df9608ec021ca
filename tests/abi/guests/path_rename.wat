;; Not offered to a deterministic run: ENOSYS.
;; outcome: ok
;; value: 52
(module
  (import "wasi_snapshot_preview1" "path_rename" (func $call (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
  ))
