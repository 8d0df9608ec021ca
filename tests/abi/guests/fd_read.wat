;; Reads five bytes of the input.
;; outcome: ok
;; output: hello
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $call (param i32 i32 i32 i32) (result i32)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "\00\04\00\00\05\00\00\00")
  (func (export "run") (result i64)
    (if (call $call (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 72)) (then (return (i64.const -1))))
    (i64.extend_i32_s (call $write (i32.const 1024) (i32.load (i32.const 72))))
  ))
