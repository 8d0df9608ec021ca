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
"$here/../../tools/npm_packages.sh" "$here" "$out"

cp "$here"/*.mjs "$here/package.json" "$out/"
node=$(echo "$out"/node_modules/node-linux-*/bin/node)
if [ ! -x "$node" ]; then
  node=$(command -v node || true)
  major=$([ -z "$node" ] || "$node" --version | sed 's/^v//; s/\..*//')
  [ "${major:-0}" -ge 22 ] || { echo "node 22 or newer is needed (found: ${node:-none} ${major:-})" >&2 && exit 1; }
fi
ln -sfn "$node" "$out/node"
"$out/node" --version
