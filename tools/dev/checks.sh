# ./dev test, lint, bench and fuzz.
# shellcheck shell=bash

cmd_test() {
  local long=no select=()
  while [ $# -gt 0 ]; do
    case $1 in
      --long) long=yes ;;
      -R) select=(-R "${2:?-R needs a regular expression}") && shift ;;
      *) die "test: there is no option '$1'" ;;
    esac
    shift
  done
  ensure_deps all
  ensure_rust
  configure "$icn_build" "configuring with tests" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DICN_TESTS=ON
  step "building icn and the tests" ninja -C "$icn_build" -j"$icn_jobs"
  [ $long = yes ] || select+=(-LE long)
  run_ctest "$icn_build" "${select[@]}"
  [ $long = no ] || sanitizer_tests
}

# ctest's own lines are the progress; the JUnit file is what .ci/run counts.
run_ctest() {
  local folder=$1 start=$EPOCHREALTIME rc=0
  shift
  note "  running the tests"
  (cd "$folder" && ctest -j2 --output-on-failure --no-tests=error --output-junit "$folder/ctest.xml" "$@") || rc=$?
  # What this machine cannot run is said, not hidden (a Go program without Go).
  sed -n 's/^not run: /  not run: /p' "$folder/Testing/Temporary/LastTest.log" | sort -u >&2
  note "  ran the tests: $(took "$start")"
  return $rc
}

# The unit tests again under AddressSanitizer and ThreadSanitizer. wasmtime handles guest faults by signal itself.
sanitizer_tests() {
  local kind folder skip
  for kind in address thread; do
    folder=$icn_root/build-$kind
    configure "$folder" "configuring for the $kind sanitizer" -DICN_TESTS=ON -DICN_SANITIZE=$kind
    step "building with the $kind sanitizer" ninja -C "$folder" -j"$icn_jobs"
    skip=()
    if [ $kind = thread ]; then
      # Most of what runs there is uninstrumented Rust, whose false reports drown everything.
      skip=(-E '^unit\.wasm$')
      note "  not run: unit.wasm under the thread sanitizer (the Rust code is not instrumented)"
    fi
    ASAN_OPTIONS=handle_segv=0:allow_user_segv_handler=1 UBSAN_OPTIONS=print_stacktrace=1 \
      LSAN_OPTIONS=suppressions=$icn_root/tests/support/lsan.supp:print_suppressions=0 \
      TSAN_OPTIONS=suppressions=$icn_root/tests/support/tsan.supp run_ctest "$folder" -L unit "${skip[@]}"
  done
}

check_format() {
  git ls-files 'src/*.cpp' 'src/*.hpp' 'apps/*.cpp' 'tests/*.cpp' 'tests/*.hpp' |
    xargs -r clang-format-14 --dry-run -Werror
}

cmd_lint() {
  [ $# -eq 0 ] || die "lint takes no arguments"
  local bad=0
  ensure_deps all
  # All of them, so that one run tells everything.
  (step "layers: every include points downward" python3 tools/check_layers.py) || bad=1
  (step "style: tools/tidy.py" python3 tools/tidy.py) || bad=1
  (step "formatting: clang-format-14" check_format) || bad=1
  ensure_rust
  configure "$icn_root/build-clang" "configuring for clang" -DCMAKE_C_COMPILER=clang-14 \
    -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=Debug -DICN_TESTS=OFF
  (step "thread safety: clang reads all of src/" ninja -C "$icn_root/build-clang" -j"$icn_jobs") || bad=1
  return $bad
}

cmd_bench() {
  local out="" quick=() icn_bench=$icn_root/build/bin/icn_bench
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) quick=(--quick) ;;
      --out) out=${2:?--out needs a file} && shift ;;
      *) die "bench: there is no option '$1'" ;;
    esac
    shift
  done
  [ "$out" ] || die "bench needs --out FILE"
  [[ $out = /* ]] || out=$icn_cwd/$out
  ensure_deps all
  ensure_rust
  configure "$icn_build" "configuring with tests and benchmarks" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DICN_TESTS=ON \
    -DICN_BENCH=ON
  step "building the benchmarks" ninja -C "$icn_build" -j"$icn_jobs" icn icn_bench
  step "building the guest programs" "$icn_root/tools/build_guests.sh" "$icn_build/guests"
  step "generating programs" python3 "$icn_root/tools/generate_modules.py" "$icn_build/guests/generated" 200
  # What the two interpreters read is their workload, not text.
  cp "$icn_root/guests/third_party/workload.lua" "$icn_build/guests/lua.input"
  cp "$icn_root/guests/third_party/workload.sql" "$icn_build/guests/sqlite.input"
  ICN_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || echo unknown) ICN_GUESTS=$icn_build/guests \
    "$icn_bench" "${quick[@]}" --out "$out"
}

cmd_fuzz() {
  local seconds=${1:-60} only=${2:-} folder=$icn_root/build-fuzz target name
  ensure_deps all
  ensure_rust
  configure "$folder" "configuring for libFuzzer" -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 \
    -DICN_TESTS=OFF -DICN_FUZZ=ON -DICN_SANITIZE=address
  step "building the fuzz targets" ninja -C "$folder" -j"$icn_jobs"
  for target in "$folder"/bin/*_fuzz; do
    [ -x "$target" ] || die "there is no fuzz target"
    name=$(basename "$target")
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    mkdir -p "$icn_cache/fuzz/$name"
    step "$name for $seconds s" "$target" -max_total_time="$seconds" -artifact_prefix="$icn_cache/fuzz/$name-" \
      "$icn_cache/fuzz/$name"
  done
}
