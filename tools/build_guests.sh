#!/usr/bin/env bash
# Builds the guest programs of guests/ to wasm.
#   tools/build_guests.sh OUT_DIR [NAME...]      NAMEs: all by default; see `builds` below
# Each program is built once per content of its sources: its output is kept in OUT_DIR beside a stamp with their hash.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,4p' "${BASH_SOURCE[0]}" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift

wasi_cc() { clang-16 --target=wasm32-wasi --sysroot=/usr -O2 -Wall -Wextra -Werror "$@"; }

# up_to_date NAME FILES...: whether OUT_DIR holds what these sources (files, folders) gave; sets $stamp for `done_with`.
up_to_date() {
  local name=$1
  shift
  stamp=$( (cat "${BASH_SOURCE[0]}"; find "$@" -type f -not -path '*/node_modules/*' -print0 | sort -z |
    xargs -0 sha256sum | sed "s|$root/||") | sha256sum | cut -d' ' -f1)
  [ "$(cat "$out/$name.stamp" 2>/dev/null)" = "$stamp" ]
}
done_with() { printf '%s\n' "$stamp" >"$out/$1.stamp"; }

build_c() {
  local name=$1
  up_to_date "$name" "$root/guests/c/$name.c" && return
  echo "guests/c/$name.c"
  wasi_cc -o "$out/$name.wasm" "$root/guests/c/$name.c"
  done_with "$name"
}
build_word_count() { build_c word_count; }

builds=(word_count)
for name in "${@:-${builds[@]}}"; do
  declare -F "build_$name" >/dev/null || { echo "there is no guest named $name; there are: ${builds[*]}" >&2; exit 2; }
  "build_$name"
done
