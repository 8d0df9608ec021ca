;; Proposes a resolution and writes the id of the proposal.
;; outcome: ok
;; effects: 1
;; output-begins: bafy
(module
  (import "icn" "host_create_governance_proposal" (func $call (param i32 i32) (result i64)))
  (import "icn" "host_read_result" (func $read (param i32 i32 i32) (result i32)))
  (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "{\"proposal_type_str\":\"generic_text\""
    ",\"description\":\"A resolution\",\"duration_secs\":60,\"threshold\":0.6}")
  (func (export "run") (result i64) (local $length i64)
    (local.set $length (call $call (i32.const 1024) (i32.const 100)))
    (if (i64.lt_s (local.get $length) (i64.const 0)) (then (return (local.get $length))))
    (drop (call $write (i32.const 16384) (call $read (i32.const 0) (i32.const 16384) (i32.const 32768))))
    (local.get $length)
  ))
