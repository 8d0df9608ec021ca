;; Reports that half is done.
;; outcome: ok
;; value: 0
(module
  (import "icn" "host_report_progress" (func $call (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "half")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 500000) (i32.const 1024) (i32.const 4)))
  ))
