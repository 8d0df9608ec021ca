;; Writes three bytes; the returned number is then not output.
;; outcome: ok
;; output: abc
(module
  (import "icn" "host_write_output" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "abc")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 3)))
  ))
