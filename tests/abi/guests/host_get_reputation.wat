;; The submitter's reputation.
;; outcome: ok
;; value: 7
(module
  (import "icn" "host_get_reputation" (func $call (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "did:key:z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y")
  (func (export "run") (result i64)
    (call $call (i32.const 1024) (i32.const 56))
  ))
