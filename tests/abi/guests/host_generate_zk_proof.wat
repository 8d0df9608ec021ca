;; A request without a witness is refused; the output is the error.
;; outcome: ok
;; value: -2
;; effects: 0
(module
  (import "icn" "host_generate_zk_proof" (func $call (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"system\":\"groth16\"}")
  (func (export "run") (result i64)
    (call $call (i32.const 1024) (i32.const 20)))
  )
