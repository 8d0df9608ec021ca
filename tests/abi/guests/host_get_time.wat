;; The order's time in milliseconds.
;; outcome: ok
;; value: 1700000000000
(module
  (import "icn" "host_get_time" (func $call (result i64)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (call $call)
  ))
