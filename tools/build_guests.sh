#!/usr/bin/env bash
# Builds the guest programs of guests/ to wasm, the third-party ones natively too.
#   tools/build_guests.sh OUT_DIR [NAME...]      NAMEs: all by default
# What sources of the same content produced before is taken from the cache folder. A guest whose compiler is missing is
# reported with a line "not run: ..."; with CI=true it is an error.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
guests=$root/guests
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icn-runtime/guests
c_programs=" word_count floats_and_time sort_lines sha256 orbits decide reward check_proof "
read -ra names <<<"$c_programs cpp rust zig assemblyscript go sqlite lua"
if [ $# -lt 1 ]; then
  sed -n '2,5p' "${BASH_SOURCE[0]}" >&2
  echo "NAMEs: ${names[*]}" >&2
  exit 2
fi
mkdir -p "$1" "$cache"
out=$(cd "$1" && pwd)
shift

wasi_cc() { clang-16 --target=wasm32-wasi --sysroot=/usr -O2 "$@"; }

# Each build_NAME writes its programs into the folder $1; sources_NAME prints the files and folders they depend on.
# The C programs of our own are one file each.
build_c() { wasi_cc -Wall -Wextra -Werror -o "$1/$2.wasm" "$guests/c/$2.c"; }

sources_cpp() { echo "$guests/cpp"; }
missing_cpp() {
  [ -d /usr/include/wasm32-wasi/c++/v1 ] && return 1
  echo "the C++ program: it needs libc++ for wasm (Debian: libc++-16-dev-wasm32 libc++abi-16-dev-wasm32)"
}
build_cpp() {
  clang++-16 --target=wasm32-wasi --sysroot=/usr -isystem /usr/include/wasm32-wasi/c++/v1 -fno-exceptions -O2 \
    -Wall -Wextra -Werror -o "$1/cpp.wasm" "$guests/cpp/median.cpp"
}

sources_rust() { echo "$guests/rust"; }
# Sets $rustc to a compiler that has the target: the system's, or where that has none (Debian's), a toolchain of
# rustup's in the cache folder, once a machine.
rust_for_wasm() {
  local libraries init=1.29.0 sum=4acc9acc76d5079515b46346a485974457b5a79893cfb01112423c89aeb5aa10 fresh
  rustc=rustc
  libraries=$(rustc --print target-libdir --target wasm32-wasip1 2>/dev/null || true)
  ! compgen -G "$libraries/libstd-*.rlib" >/dev/null || return 0
  rustc=$cache/rust-1.95.0/toolchains/1.95.0-$(uname -m)-unknown-linux-gnu/bin/rustc
  [ ! -x "$rustc" ] || return 0
  fresh=$(mktemp -d "$cache/tmp.XXXXXX")
  curl -sSf -o "$fresh/rustup-init" \
    "https://static.rust-lang.org/rustup/archive/$init/$(uname -m)-unknown-linux-gnu/rustup-init"
  echo "$sum  $fresh/rustup-init" | sha256sum --check --quiet
  chmod +x "$fresh/rustup-init"
  RUSTUP_HOME=$fresh/home CARGO_HOME=$fresh/cargo RUSTUP_INIT_SKIP_PATH_CHECK=yes "$fresh/rustup-init" -q -y \
    --no-modify-path --profile minimal --default-toolchain 1.95.0 --target wasm32-wasip1 >/dev/null 2>&1
  mv -T "$fresh/home" "$cache/rust-1.95.0" 2>/dev/null || true
  rm -rf "$fresh"
}
build_rust() {
  rust_for_wasm
  local program
  for program in rust=letters rust_decide=decide rust_reward=reward rust_check_proof=check_proof; do
    "$rustc" --edition 2021 --target wasm32-wasip1 -C opt-level=2 -C strip=debuginfo -C linker=wasm-ld-16 \
      -o "$1/${program%=*}.wasm" "$guests/rust/${program#*=}.rs"
  done
}

# The compiler comes from PyPI, once a machine.
zig_version=0.17.1
sources_zig() { echo "$guests/zig"; }
missing_zig() {
  python3 -m pip --version >/dev/null 2>&1 && return 1
  echo "the Zig program: its compiler comes through pip (Debian: python3-pip)"
}
build_zig() {
  local zig=$cache/zig-$zig_version fresh
  if [ ! -e "$zig" ]; then
    fresh=$(mktemp -d "$cache/tmp.XXXXXX")
    python3 -m pip install --quiet --no-deps --disable-pip-version-check --target "$fresh" \
      "ziglang==$zig_version" 2>&1 | { grep -v 'as the .root. user' >&2 || true; }
    mv -T "$fresh" "$zig" 2>/dev/null || rm -rf "$fresh"
  fi
  "$zig/ziglang/zig" build-exe -target wasm32-wasi -O ReleaseSmall --cache-dir "$1/work" --global-cache-dir "$1/work" \
    "-femit-bin=$1/zig.wasm" "$guests/zig/lines.zig"
  rm -rf "$1/work"
}

sources_assemblyscript() { echo "$guests/assemblyscript"; }
build_assemblyscript() {
  # In a copy: npm writes next to its package.json.
  cp -r "$guests/assemblyscript" "$1/work"
  (cd "$1/work" && rm -rf node_modules && npm ci --no-fund --no-audit &&
    npm run --silent build -- "$1/assemblyscript.wasm")
  rm -rf "$1/work"
}

sources_go() { echo "$guests/go"; }
missing_go() {
  local found
  found=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null || echo none)
  [ "$(printf '%s\n' go1.24 "$found" | sort -V | head -n 1)" = go1.24 ] && [ "$found" != none ] && return 1
  echo "the Go program: it needs Go 1.24 or newer (found: $found)"
}
build_go() {
  (cd "$guests/go" && GOTOOLCHAIN=local GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 \
    go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$1/go.wasm" .)
}

# The C sources that the crates of guests/third_party/Cargo.toml ship; sets $crates.
vendor_crates() {
  crates=$cache/crates-$(sha256sum <"$guests/third_party/Cargo.lock" | cut -c1-16)
  [ -e "$crates" ] && return
  local fresh
  fresh=$(mktemp -d "$cache/tmp.XXXXXX")
  cargo vendor --quiet --locked --versioned-dirs --manifest-path "$guests/third_party/Cargo.toml" "$fresh" >/dev/null
  mv -T "$fresh" "$crates" 2>/dev/null || rm -rf "$fresh"
}

sources_sqlite() {
  echo "$guests/third_party/sqlite_shell.c"
  echo "$guests/third_party/Cargo.lock"
}
build_sqlite() {
  local here=$guests/third_party sqlite flags
  vendor_crates
  sqlite=$(echo "$crates"/libsqlite3-sys-*/sqlite3)
  flags=(-DSQLITE_OS_OTHER=1 -DSQLITE_THREADSAFE=0 -DSQLITE_TEMP_STORE=3 -DSQLITE_DQS=0 -DSQLITE_OMIT_LOAD_EXTENSION
    -DSQLITE_OMIT_WAL -DSQLITE_OMIT_LOCALTIME -I"$sqlite" "$here/sqlite_shell.c" "$sqlite/sqlite3.c")
  cc -O2 -o "$1/sqlite_native" "${flags[@]}" &
  wasi_cc -o "$1/sqlite.wasm" "${flags[@]}"
  wait $!
}

sources_lua() {
  printf '%s\n' "$guests"/third_party/{lua_main.c,lua_config.h,no_setjmp,Cargo.lock}
}
build_lua() {
  local here=$guests/third_party lua flags=() file
  vendor_crates
  lua=$(echo "$crates"/lua-src-*/lua-5.4.*)
  for file in "$lua"/*.c; do
    case ${file##*/} in
      lua.c | luac.c | linit.c | loslib.c | liolib.c | loadlib.c | lcorolib.c | ldblib.c) ;;
      *) flags+=("$file") ;;
    esac
  done
  flags+=("$here/lua_main.c" -I"$lua" -include "$here/lua_config.h")
  cc -O2 -o "$1/lua_native" "${flags[@]}" -lm &
  wasi_cc -I"$here/no_setjmp" -D_WASI_EMULATED_SIGNAL -o "$1/lua.wasm" "${flags[@]}" -lwasi-emulated-signal
  wait $!
}

# provide NAME: its programs, from the cache or built now, into OUT_DIR.
provide() {
  local name=$1 build=build_$1 files stamp kept fresh missing start=$SECONDS
  if [[ $c_programs = *" $name "* ]]; then
    build=build_c
    files=("$guests/c/$name.c" "$guests/c/icn.h")
  elif declare -F "$build" >/dev/null; then
    mapfile -t files < <("sources_$name")
  else
    echo "there is no guest named $name; there are: ${names[*]}" >&2
    exit 2
  fi
  if declare -F "missing_$name" >/dev/null && missing=$("missing_$name"); then
    echo "not run: $missing"
    [ "${CI:-}" != true ] || exit 1
    return 0
  fi
  stamp=$({
    cat "${BASH_SOURCE[0]}"
    find "${files[@]}" -type f -not -path '*/node_modules/*' -print0 | sort -z | xargs -0 cat
  } | sha256sum | cut -c1-16)
  kept=$cache/$name-$stamp
  if [ ! -e "$kept" ]; then
    fresh=$(mktemp -d "$cache/tmp.XXXXXX")
    "$build" "$fresh" "$name"
    mv -T "$fresh" "$kept" 2>/dev/null || rm -rf "$fresh"
    echo "built $name in $((SECONDS - start)) s"
  fi
  cp -u "$kept"/* "$out/"
}

for name in "${@:-${names[@]}}"; do
  provide "$name"
done
