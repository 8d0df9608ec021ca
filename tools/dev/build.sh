# ./dev build: the Rust library (wasmtime; once per machine), then icn.
# shellcheck shell=bash

rust_library() {
  cargo build --release --locked --manifest-path "$icn_root/rust/Cargo.toml"
}

# configure FOLDER TEXT OPTIONS...: runs cmake if there is no build yet or the options have changed.
configure() {
  local folder=$1 text=$2 options
  shift 2
  options="$*"
  if [ ! -e "$folder/build.ninja" ] || [ "$(cat "$folder/.dev-options" 2>/dev/null)" != "$options" ]; then
    step "$text" cmake -S "$icn_root" -B "$folder" -G Ninja "$@"
    printf '%s\n' "$options" >"$folder/.dev-options"
  fi
}

# ensure_rust: the library of rust/; a build with nothing to do takes a fraction of a second.
ensure_rust() { step "the Rust library (wasmtime; minutes the first time)" rust_library; }

# ensure_icn: build/bin/icn, keeping a configuration that also has the tests. A first build compiles groups of sources:
# it takes half the time. `./dev test` compiles each source alone, for short rebuilds.
ensure_icn() {
  ensure_rust
  if [ ! -e "$icn_build/build.ninja" ]; then
    configure "$icn_build" "configuring" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DICN_TESTS=OFF -DICN_UNITY=ON
  fi
  step "building icn" ninja -C "$icn_build" -j"$icn_jobs" icn
}

cmd_build() {
  [ $# -eq 0 ] || die "build takes no arguments"
  ensure_deps run
  ensure_icn
  note "  built build/bin/icn"
}

# ./dev package [OUT]: a tarball and a Debian package.
cmd_package() {
  [ $# -le 1 ] || die "package takes one folder at most"
  local out=${1:-$icn_build/packages}
  ensure_deps run
  ensure_icn
  "$icn_root/tools/package.sh" "$icn_build" "$out"
}
