;; Only a delegate of the treasury credits.
;; outcome: ok
;; value: -9
(module
  (import "icn" "host_account_credit_mana" (func $call (param i32 i32 i64) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "did:key:z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 56) (i64.const 3)))
  ))
