;; One thread has no other to yield to.
;; outcome: ok
;; value: 0
(module
  (import "wasi_snapshot_preview1" "sched_yield" (func $call (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (i64.extend_i32_s (call $call))
  ))
