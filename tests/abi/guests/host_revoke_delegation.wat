;; Takes the delegation for all kinds of proposals back.
;; outcome: ok
;; value: 0
;; effects: 1
(module
  (import "icn" "host_revoke_delegation" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"topic\":\"all\"}")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 15)))
  ))
