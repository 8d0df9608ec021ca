#!/usr/bin/env python3
"""generate_modules.py OUT COUNT: random WASM modules for the differential tests, one OUT/NNNN.wasm per seed.

binaryen's `wasm-opt -ttf` turns seeded random bytes into a valid module. Its fuzzing imports become calls of the host
ABI with the bits of the logged values, and an entry `run: () -> i64` is added: it reads eight bytes of input, derives
from them the memory's contents, the arguments of each exported function and possibly a trap to end in, and returns a
hash of the memory. An existing module is not generated again.
"""
import pathlib
import random
import re
import subprocess
import sys

FEATURES = ["--enable-simd", "--enable-bulk-memory", "--enable-sign-ext", "--enable-nontrapping-float-to-int",
            "--enable-multivalue"]
# The entry has a second table; references are disabled, since binaryen 108 types them as a later proposal does.
ENTRY_FEATURES = [*FEATURES, "--enable-reference-types"]
LOG = {
    "i32": "(local.get $x)",
    "i64": "(i32.wrap_i64 (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 32))))",
    "f32": "(i32.reinterpret_f32 (local.get $x))",
    "f64": "(i32.wrap_i64 (i64.xor (i64.reinterpret_f64 (local.get $x)) "
           "(i64.shr_u (i64.reinterpret_f64 (local.get $x)) (i64.const 32))))",
    "v128": "(i32.xor (i32x4.extract_lane 0 (local.get $x)) (i32x4.extract_lane 3 (local.get $x)))",
}
ARGUMENT = {
    "i32": "(i32.wrap_i64 (call $next))",
    "i64": "(call $next)",
    "f32": "(f32.reinterpret_i32 (i32.wrap_i64 (call $next)))",
    "f64": "(f64.reinterpret_i64 (call $next))",
    "v128": "(i64x2.splat (call $next))",
}
# One deliberate ending per kind, so that every trap of the profile occurs whatever the random part does.
ENDINGS = [
    "(unreachable)",
    "(drop (i64.load (i32.const -8)))",
    "(drop (i32.div_s (i32.const 1) (i32.wrap_i64 (i64.const 0))))",
    "(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))",
    "(drop (i32.trunc_f64_s (f64.const nan)))",
    "(call_indirect $icn_table (type $icn_nothing) (i32.const 0))",
    "(call_indirect $icn_table (type $icn_nothing) (i32.const 1))",
    "(call_indirect $icn_table (type $icn_nothing) (i32.const 99))",
]


def functions(text: str) -> dict[str, tuple[list[str], list[str]]]:
    """Parameter and result types of each defined function, by its name."""
    found = {}
    for match in re.finditer(r"^ \(func (\$[^ )\n]+)((?: \((?:param|result)[^()]*\))*)", text, re.M):
        params = [t for group in re.findall(r"\(param ([^()]*)\)", match[2]) for t in group.split()
                  if not t.startswith("$")]
        results = [t for group in re.findall(r"\(result ([^()]*)\)", match[2]) for t in group.split()]
        found[match[1]] = (params, results)
    return found


def entry(calls: list[str]) -> str:
    fill = ("(local.set $at (i32.const 0)) (loop $fill (i64.store (local.get $at) (call $next)) "
            "(br_if $fill (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 4096))))")
    floats = ("(local.set $at (i32.const 0)) (loop $floats "
              "(f64.store (local.get $at) (f64.min (f64.load (local.get $at)) "
              "(f64.add (f64.load offset=8 (local.get $at)) "
              "(f64.mul (f64.load offset=16 (local.get $at)) (f64.sqrt (f64.load offset=24 (local.get $at))))))) "
              "(f32.store offset=32 (local.get $at) (f32.demote_f64 (f64.max (f64.load offset=40 (local.get $at)) "
              "(f64.div (f64.load offset=48 (local.get $at)) (f64.load offset=56 (local.get $at)))))) "
              "(br_if $floats (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 2048))))")
    hashed = ("(local.set $at (i32.const 0)) (loop $hash "
              "(local.set $hash (i64.add (i64.rotl (local.get $hash) (i64.const 5)) "
              "(i64.xor (i64.load (local.get $at)) (i64.const 0x9e3779b97f4a7c15)))) "
              "(br_if $hash (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 65536))))")
    select = "".join(
        f" (if (i32.eq (local.get $ending) (i32.const {number})) (then {code}))" for number, code in enumerate(ENDINGS))
    body = " ".join(calls)
    return f"""
 (func $next (result i64) (global.set $icn_seed
   (i64.add (i64.mul (global.get $icn_seed) (i64.const 6364136223846793005))
   (i64.const 1442695040888963407))) (i64.xor (global.get $icn_seed) (i64.shr_u (global.get $icn_seed) (i64.const 29))))
 (func $icn_other (param i32))
 (func $icn_run (export "run") (result i64) (local $at i32) (local $hash i64) (local $ending i32)
  (drop (call $icn_input (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 8)))
  (global.set $icn_seed (i64.load (i32.const 0)))
  {fill} {floats}
  (local.set $ending (i32.wrap_i64 (i64.and (call $next) (i64.const 63))))
  {select}
  (call $hangLimitInitializer) {body}
  {hashed} (local.get $hash))
"""


def rewrite(text: str) -> str:
    types = functions(text)
    exported = re.findall(r'^ \(export "(func[^"]*)" \(func (\$[^ )]+)\)\)', text, re.M)
    calls = []
    for _, name in exported:
        params, results = types.get(name, ([], []))
        if any(ARGUMENT.get(t) is None for t in params):
            continue
        call = f"(call {name} " + " ".join(ARGUMENT[t] for t in params) + ")"
        if len(results) > 1:
            continue
        calls.append(f"(drop {call})" if results else call)
    lines = []
    for line in text.splitlines():
        match = re.match(r' \(import "fuzzing-support" "log-(\w+)"', line)
        if not match:
            lines.append(line)
    text = "\n".join(lines)
    imports = (' (type $icn_nothing (func))\n'
               ' (import "icn" "host_report_progress" (func $icn_log (param i32 i32 i32) (result i32)))\n'
               ' (import "icn" "host_read_input" (func $icn_input (param i32 i64 i32 i32) (result i64)))\n')
    logs = "".join(f' (func $log-{kind} (param $x {kind}) (drop (call $icn_log (i32.and {bits} (i32.const 0xfffff)) '
                   f'(i32.const 0) (i32.const 0))))\n' for kind, bits in LOG.items())
    extra = (' (global $icn_seed (mut i64) (i64.const 0))\n (table $icn_table 2 2 funcref)\n'
             ' (elem $icn_elem (table $icn_table) (i32.const 1) func $icn_other)\n')
    head, rest = text.split("\n", 1)
    # Imports come first, definitions last.
    return head + "\n" + imports + rest.rstrip().removesuffix(")") + extra + logs + entry(calls) + ")\n"


def generate(seed: int, folder: pathlib.Path) -> bool:
    out = folder / f"{seed:04}.wasm"
    if out.exists():
        return True
    source = random.Random(seed)
    raw = folder / f"{seed:04}.bytes"
    raw.write_bytes(source.randbytes(source.choice([400, 900, 2000])))
    wat = folder / f"{seed:04}.wat"
    made = subprocess.run(["wasm-opt", "-ttf", raw, "-S", "-o", wat, "-q", *FEATURES], capture_output=True)
    if made.returncode == 0:
        wat.write_text(rewrite(wat.read_text()))
        made = subprocess.run(["wasm-opt", wat, "-o", out, "-q", *ENTRY_FEATURES], capture_output=True)
    if made.returncode != 0:
        out.unlink(missing_ok=True)
        sys.stderr.write(f"seed {seed}: {made.stderr.decode(errors='replace')[:300]}\n")
        return False
    raw.unlink()
    wat.unlink()
    return True


def main() -> int:
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    made = seed = 0
    while made < count and seed < count * 3:
        made += generate(seed, folder)
        seed += 1
    print(f"{made} generated modules in {folder.name}")
    return 0 if made >= count else 1


if __name__ == "__main__":
    sys.exit(main())
