;; A stream has no offsets: ESPIPE.
;; outcome: ok
;; value: 70
(module
  (import "wasi_snapshot_preview1" "fd_pwrite" (func $call (param i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 0)))
  ))
