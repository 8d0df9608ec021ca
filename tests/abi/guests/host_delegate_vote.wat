;; Delegates votes on changes of parameters, to another member.
;; outcome: ok
;; value: 0
;; effects: 1
(module
  (import "icn" "host_delegate_vote" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"delegate_did\":\"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX\""
    ",\"topic\":\"set\"}")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 89)))
  ))
