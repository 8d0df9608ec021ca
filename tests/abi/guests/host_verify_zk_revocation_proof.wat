;; A text that is not a proof is refused; the output is the error.
;; outcome: ok
;; value: -3
;; effects: 0
(module
  (import "icn" "host_verify_zk_revocation_proof" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"proof\":\"zk\"}")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 14)))
  ))
