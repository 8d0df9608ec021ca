;; Writes three bytes to the output.
;; outcome: ok
;; output: abc
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $call (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "\00\04\00\00\03\00\00\00")
  (data (i32.const 1024) "abc")
  (func (export "run") (result i64)
    (if (call $call (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)) (then (return (i64.const -1))))
    (i64.extend_i32_u (i32.load (i32.const 72)))
  ))
