# ./dev deps: the packages of Debian 12 that the build needs, and those that only the tests need.
# shellcheck shell=bash

# Enough for ./dev run: icn itself and the demo guest.
icn_packages_run=(g++ cmake ninja-build ccache pkg-config ca-certificates libsodium-dev libssl-dev libsqlite3-dev
  libseccomp-dev libpq-dev librocksdb-dev libcurl4-openssl-dev libp11-kit-dev nlohmann-json3-dev libexpected-dev
  libfmt-dev libtomlplusplus-dev libboost1.81-dev zlib1g-dev
  clang-16 lld-16 wasi-libc libclang-rt-16-dev-wasm32)
# The tests, the lint, the fuzz targets and the benchmarks.
icn_packages_test=(libgtest-dev libgmock-dev libbenchmark-dev clang-14 libclang-rt-14-dev clang-format-14
  clang-tidy-14 wabt binaryen
  libc++-16-dev-wasm32 libc++abi-16-dev-wasm32 python3-pip curl
  binutils openssl softhsm2 strace python3-jsonschema zsh fish postgresql-15
  prometheus systemd chromium fonts-dejavu-core)

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least FOUND WANTED
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

rust_is_new_enough() {
  have rustc && have cargo && version_at_least "$(rustc --version 2>/dev/null | cut -d' ' -f2)" 1.95
}

# Where an older Rust comes first on PATH (rustup's), puts the distribution's newer one before it.
prefer_new_rust() {
  rust_is_new_enough && return
  [ -x /usr/bin/rustc ] && version_at_least "$(/usr/bin/rustc --version | cut -d' ' -f2)" 1.95 || return 0
  mkdir -p "$icn_cache/bin"
  ln -sf /usr/bin/rustc /usr/bin/cargo "$icn_cache/bin/"
  export PATH=$icn_cache/bin:$PATH
}

# Prints the given packages that are not installed.
absent() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s ' "$name"
  done
}

# Prints the packages that are missing for the tier `run` or `all`.
missing_packages() {
  absent "${icn_packages_run[@]}"
  rust_is_new_enough || printf 'rustc-web cargo-web libstd-rust-web-dev '
  [ "$1" = all ] || return 0
  absent "${icn_packages_test[@]}"
  have python3 || printf 'python3 '
  if ! have node; then
    printf 'nodejs npm '
  elif ! have npm; then
    printf 'npm '
  fi
}

apt_install() {
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -q
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "$@"
}

# ensure_deps run|all: installs missing packages; does nothing and prints nothing when none is missing.
ensure_deps() {
  local tier=$1 missing
  have apt-get || {
    note "  this system has no apt-get: install the equivalents of these by hand: ${icn_packages_run[*]} rustc>=1.95"
    return 0
  }
  prefer_new_rust
  read -ra missing <<<"$(missing_packages "$tier")"
  if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
      have sudo || die "needs packages and is neither root nor has sudo. As root: apt-get install ${missing[*]}"
      sudo -v || die "sudo was refused. As root: apt-get install ${missing[*]}"
    fi
    step "installing ${#missing[@]} packages with apt: ${missing[*]}" apt_install "${missing[@]}"
    hash -r
    prefer_new_rust
  fi
  rust_is_new_enough || die "rustc 1.95 or newer is not on PATH (found: $(rustc --version 2>&1 || true))"
}

cmd_deps() {
  [ $# -eq 0 ] || die "deps takes no arguments"
  ensure_deps all
  # Debian's Rust has no such target; tools/build_guests.sh then downloads its own toolchain.
  if have rustup && ! rustup target list --installed | grep -qx wasm32-wasip1; then
    step "installing Rust's target for guests" rustup target add wasm32-wasip1
  fi
  note "  everything that the build and the tests need is installed"
}
