;; There are no folders: EBADF.
;; outcome: ok
;; value: 8
(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 3) (i32.const 64)))
  ))
