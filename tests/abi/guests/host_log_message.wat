;; Logs "hello" as a warning.
;; log: [warn] hello\n
;; outcome: ok
;; value: 0
(module
  (import "icn" "host_log_message" (func $call (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "hello")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1) (i32.const 1024) (i32.const 5)))
  ))
