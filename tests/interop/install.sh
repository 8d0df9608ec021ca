#!/usr/bin/env bash
# Installs the npm packages of package-lock.json, and copies the test files next to them, where node finds both.
#   tests/interop/install.sh OUT_DIR
# The packages come from the cache folder when the same lock file was installed before. OUT_DIR/node is the node that
# runs the tests: the one that the lock file names (22, which js-libp2p and helia need), else a system's of 22 or newer.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 1 ] || { sed -n '2,3p' "${BASH_SOURCE[0]}" >&2 && exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icn-runtime/npm
packages=$cache/interop-$(cat "$here/package.json" "$here/package-lock.json" | sha256sum | cut -c1-16)

if [ ! -e "$packages" ]; then
  mkdir -p "$cache"
  fresh=$(mktemp -d "$cache/tmp.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$fresh/"
  # Packages run no scripts at installation.
  (cd "$fresh" && npm ci --ignore-scripts --no-fund --no-audit)
  # Two installations may run at the same time; the first wins.
  mv -T "$fresh" "$packages" 2>/dev/null || rm -rf "$fresh"
fi

cp "$here"/*.mjs "$here/package.json" "$out/"
ln -sfn "$packages/node_modules" "$out/node_modules"
node=$(echo "$packages"/node_modules/node-linux-*/bin/node)
if [ ! -x "$node" ]; then
  node=$(command -v node || true)
  major=$([ -z "$node" ] || "$node" --version | sed 's/^v//; s/\..*//')
  [ "${major:-0}" -ge 22 ] || { echo "node 22 or newer is needed (found: ${node:-none} ${major:-})" >&2 && exit 1; }
fi
ln -sfn "$node" "$out/node"
"$out/node" --version
