;; Asks for the opening of a vote.
;; outcome: ok
;; value: 0
;; effects: 1
(module
  (import "icn" "host_open_governance_voting" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "bafyreihm2e3yxso4cmaar4anldnv2jxwbw2vsnfetokjv57g62unukrl5m")
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call (i32.const 1024) (i32.const 59)))
  ))
