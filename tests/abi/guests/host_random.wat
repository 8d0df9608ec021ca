;; Takes sixteen random bytes.
;; outcome: ok
;; value: 16
(module
  (import "icn" "host_random" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 64) (i32.const 16)))
  ))
