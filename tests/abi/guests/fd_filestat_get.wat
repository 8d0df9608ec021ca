;; Standard error exists, with one link, and its number is its inode.
;; outcome: ok
;; value: 201
(module
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $call (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (if (call $call (i32.const 2) (i32.const 64)) (then (return (i64.const -1))))
    (if (i32.ne (call $call (i32.const 3) (i32.const 64)) (i32.const 8)) (then (return (i64.const -2))))
    (i64.add (i64.mul (i64.load (i32.const 72)) (i64.const 100)) (i64.load (i32.const 88)))
  ))
