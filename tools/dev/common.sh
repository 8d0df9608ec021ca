# Shared by all commands of ./dev: the cache folder, the environment of every build, and step(), which runs one command.
# shellcheck shell=bash
export LC_ALL=C.UTF-8
icn_cache=${XDG_CACHE_HOME:-$HOME/.cache}/icn-runtime
icn_logs=$icn_cache/logs
icn_jobs=$(nproc 2>/dev/null || echo 2)
icn_build=$icn_root/build
mkdir -p "$icn_logs"

# The compiler cache serves every clone: paths below the project are relative in its keys.
export CCACHE_DIR=$icn_cache/ccache CCACHE_BASEDIR=$icn_root CCACHE_NOHASHDIR=1
export CARGO_TARGET_DIR=$icn_cache/cargo ICN_RUST_INCLUDE_OUT=$icn_cache/cargo/include

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

note() { printf '%s\n' "$@" >&2; }

# took START: the time since START ($EPOCHREALTIME), in readable units.
took() {
  local ms=$(((${EPOCHREALTIME/./} - ${1/./}) / 1000))
  if [ $ms -lt 10000 ]; then
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
  elif [ $ms -lt 60000 ]; then
    printf '%d s' $((ms / 1000))
  else
    printf '%d min %02d s' $((ms / 60000)) $((ms / 1000 % 60))
  fi
}

# The last output of a running command, as one line.
last_words() {
  tail -c 2000 "$1" 2>/dev/null | tr '\r' '\n' |
    sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' | grep -v '^[[:space:]]*$' | tail -n 1
}

# Shows the command's last line in place on a terminal; in a pipe, one line per minute.
watch_step() {
  local pid=$1 log=$2 text=$3 start=$4 columns=80 line seconds=$SECONDS
  if [ -t 2 ]; then
    columns=$( (stty size </dev/tty | cut -d' ' -f2) 2>/dev/null || echo 80)
    [ "$columns" -ge 20 ] || columns=80
  fi
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [ -t 2 ]; then
      line="  $text  $(took "$start")  $(last_words "$log" || true)"
      printf '\r\033[K%s' "${line:0:columns-1}" >&2
    elif [ $((SECONDS - seconds)) -ge 60 ]; then
      seconds=$SECONDS
      printf '\n    after %s: %s' "$(took "$start")" "$(last_words "$log" | cut -c1-100)" >&2
    fi
  done
}

# step TEXT COMMAND...: runs COMMAND with its output in a log. One line shows TEXT and the time; a failure shows the end
# of the log and ends ./dev. ICN_VERBOSE=1 also shows the output.
step() {
  local text=$1 start=$EPOCHREALTIME began=$SECONDS log pid rc=0
  shift
  log=$icn_logs/$(printf '%s' "$text" | tr -cs 'a-zA-Z0-9' '-' | cut -c1-48).log
  [ -t 2 ] || printf '  %s ...' "$text" >&2
  # A separate process group, so that an interrupt ends all of it.
  set -m
  if [ "${ICN_VERBOSE:-}" ]; then
    { "$@" 2>&1 | tee "$log" >&2; } </dev/null &
  else
    "$@" >"$log" 2>&1 </dev/null &
  fi
  pid=$!
  set +m
  trap 'kill -- -'"$pid"' 2>/dev/null; printf "\n" >&2; exit 130' INT TERM
  [ "${ICN_VERBOSE:-}" ] || watch_step "$pid" "$log" "$text" "$start"
  wait "$pid" || rc=$?
  trap - INT TERM
  [ ! -t 2 ] || printf '\r\033[K  %s ...' "$text" >&2
  if [ ! -t 2 ] && [ $((SECONDS - began)) -ge 60 ]; then printf '\n    done:' >&2; fi
  if [ $rc -ne 0 ]; then
    printf ' FAILED after %s (exit code %d). The end of %s:\n' "$(took "$start")" $rc "$log" >&2
    tail -n 60 "$log" | tr '\r' '\n' | sed 's/^/    /' >&2
    exit 1
  fi
  printf ' %s\n' "$(took "$start")" >&2
}
