;; Copies the input from its eighth byte on.
;; outcome: ok
;; output: world\n
(module
  (import "icn" "host_read_input" (func $call (param i32 i64 i32 i32) (result i64)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $write (i32.const 64) (i32.wrap_i64 (call $call (i32.const 0) (i64.const 7)
      (i32.const 64) (i32.const 100)))))
  ))
