# ./dev run: one real job, from the program to the replayed receipt.
# shellcheck shell=bash

# The data folder is a development node with plain keys, kept between runs so that its balances have a history.
cmd_run() {
  local program=${1:-} icn=$icn_build/bin/icn node=$icn_build/demo-node
  if [ "$program" ] && [ "${program#-}" = "$program" ] && [ ! -f "$icn_cwd/$program" ] && [ ! -f "$program" ]; then
    die "there is no program $program"
  fi
  ensure_deps run
  ensure_icn
  if [ -z "$program" ]; then
    step "compiling guests/c/word_count.c to wasm32-wasi" \
      "$icn_root/tools/build_guests.sh" "$icn_build/guests" word_count
  fi
  [ -e "$node" ] || step "creating a cooperative of one, with its node" "$icn" --data "$node" init --development
  if [ -z "$program" ]; then
    note "" "  icn job run word_count.wasm < README.md" ""
    exec "$icn" --data "$node" job run --report "$icn_build/guests/word_count.wasm" <"$icn_root/README.md"
  fi
  cd "$icn_cwd"
  exec "$icn" --data "$node" job run --report "$@"
}

# ./dev node [OPTIONS]: a development node with plain keys, kept between runs, until Ctrl-C.
cmd_node() {
  local icn=$icn_build/bin/icn node=$icn_build/demo-node key
  ensure_deps run
  ensure_icn
  [ -e "$node" ] || step "creating a cooperative of one, with its node" "$icn" --data "$node" init --development
  # Each start has an API key of its own, for the dashboard and for programs.
  "$icn" --data "$node" access revoke development >/dev/null 2>&1 || true
  key=$("$icn" --data "$node" access new development --role operate --until 7d)
  note "" "  http://127.0.0.1:7845/#key=$key"
  note "  http://127.0.0.1:7845/v1/openapi.json" "  icn --data $node node status" ""
  exec "$icn" --data "$node" node run --environment development --listen 127.0.0.1:7845 "$@"
}
