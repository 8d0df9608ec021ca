#!/usr/bin/env bash
# Installs the npm packages of FOLDER/package-lock.json into the cache folder, once for each lock file, and links them.
#   tools/npm_packages.sh FOLDER OUT_DIR     makes OUT_DIR/node_modules
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,3p' "${BASH_SOURCE[0]}" >&2 && exit 2; }
from=$(cd "$1" && pwd)
mkdir -p "$2"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icn-runtime/npm
packages=$cache/$(basename "$from")-$(cat "$from/package.json" "$from/package-lock.json" | sha256sum | cut -c1-16)

if [ ! -e "$packages" ]; then
  mkdir -p "$cache"
  fresh=$(mktemp -d "$cache/tmp.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$fresh/"
  # Packages run no scripts at installation.
  (cd "$fresh" && npm ci --ignore-scripts --no-fund --no-audit)
  # Two installations may run at the same time; the first wins.
  mv -T "$fresh" "$packages" 2>/dev/null || rm -rf "$fresh"
fi
ln -sfn "$packages/node_modules" "$2/node_modules"
