;; Writes the arguments.
;; outcome: ok
;; output: main\0one\0two
(module
  (import "wasi_snapshot_preview1" "args_get" (func $call (param i32 i32) (result i32)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 64) (i32.const 128)) (then (return (i64.const -1))))
    (i64.extend_i32_s (call $write (i32.const 128) (i32.const 12)))
  ))
