;; The version of the interface.
;; outcome: ok
;; value: 1
(module
  (import "icn" "host_abi_version" (func $call (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call))
  ))
