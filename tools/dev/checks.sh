# ./dev test, lint, fix, bench and fuzz.
# shellcheck shell=bash

# How long `./dev test --long` runs each fuzz target.
icn_long_fuzz_seconds=120

# The test programs whose suite `Documents` writes documents when ICN_UPDATE=1.
icn_documents=(core_test cli_test model_test jobs_test config_test api_test http_test abi_conformance_test)

cmd_test() {
  local long=no select=() modules=()
  while [ $# -gt 0 ]; do
    case $1 in
      --long) long=yes ;;
      -R) select=(-R "${2:?-R needs a regular expression}") && shift ;;
      -*) die "test: there is no option '$1'" ;;
      *) modules+=("$1") ;;
    esac
    shift
  done
  [ ${#modules[@]} -eq 0 ] || [ ${#select[@]} -eq 0 ] || die "test: name modules or give -R, not both"
  ensure_deps all
  ensure_rust
  configure "$icn_build" "configuring with tests" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DICN_TESTS=ON -DICN_UNITY=OFF
  if [ ${#modules[@]} -gt 0 ]; then
    test_modules "${modules[@]}"
    return
  fi
  step "building icn and the tests" ninja -C "$icn_build" -j"$icn_jobs"
  [ $long = yes ] || select+=(-LE long)
  run_ctest "$icn_build" "${select[@]}"
  [ $long = no ] || sanitizer_tests
  [ $long = no ] || cmd_fuzz "$icn_long_fuzz_seconds"
}

# test_modules NAME...: builds only what these tests need and runs them. A NAME is a folder of src/ (its unit tests) or
# of tests/ (contract, cases, spec, system).
test_modules() {
  local name targets=() names="" known
  known=$(ninja -C "$icn_build" -t targets all | sed -nE 's/^bin\/(\w+)_test: .*/\1/p' | sort)
  for name in "$@"; do
    if [ "$name" = system ]; then
      targets+=(icn crash_test)
    elif grep -qx "$name" <<<"$known"; then
      targets+=("${name}_test")
    else
      die "there is no module '$name' with tests; there are: $(echo system $known)"
    fi
    names+="${names:+|}^(unit\\.)?${name}(\\.|$)"
  done
  step "building ${targets[*]}" ninja -C "$icn_build" -j"$icn_jobs" "${targets[@]}"
  run_ctest "$icn_build" -LE long -R "$names"
}

# ctest's own lines are the progress; the JUnit file is what .ci/run counts.
run_ctest() {
  local folder=$1 start=$EPOCHREALTIME rc=0
  shift
  note "  running the tests"
  (cd "$folder" && ctest -j2 --output-on-failure --no-tests=error --output-junit "$folder/ctest.xml" "$@") || rc=$?
  # Reports tests that this machine cannot run (a Go program without Go).
  sed -n 's/^not run: /  not run: /p' "$folder/Testing/Temporary/LastTest.log" | sort -u >&2
  note "  ran the tests: $(took "$start")"
  [ $rc -eq 0 ] || python3 tools/failed_tests.py "$folder/ctest.xml"
  return $rc
}

# The unit tests again under AddressSanitizer and ThreadSanitizer. wasmtime itself handles guest faults by signals.
sanitizer_tests() {
  local kind folder skip targets
  for kind in address thread; do
    folder=$icn_root/build-$kind
    configure "$folder" "configuring for the $kind sanitizer" -DICN_TESTS=ON -DICN_SANITIZE=$kind
    # Tests are named after their program.
    mapfile -t targets < <(cd "$folder" && ctest -N -L unit | sed -nE 's/.* #[0-9]+: (\w+\.)?(\w+)$/\2_test/p')
    step "building with the $kind sanitizer" ninja -C "$folder" -j"$icn_jobs" "${targets[@]}"
    skip=()
    if [ $kind = thread ]; then
      # Most of the code there is uninstrumented Rust, whose false reports hide everything else.
      skip=(-E '^unit\.wasm$')
      note "  not run: unit.wasm under the thread sanitizer (the Rust code is not instrumented)"
    fi
    ASAN_OPTIONS=handle_segv=0:allow_user_segv_handler=1 UBSAN_OPTIONS=print_stacktrace=1 \
      LSAN_OPTIONS=suppressions=$icn_root/tests/support/lsan.supp:print_suppressions=0 \
      TSAN_OPTIONS=suppressions=$icn_root/tests/support/tsan.supp run_ctest "$folder" -L unit "${skip[@]}"
  done
}

cpp_sources() { git ls-files {src,apps,tests,bench}/'*.cpp' {src,tests,bench}/'*.hpp'; }

check_format() { cpp_sources | xargs -r clang-format-14 --dry-run -Werror; }

# cmd_lint [--quick]: --quick omits the checks that compile.
cmd_lint() {
  local bad=0 quick=no
  case ${1:-} in
    "") ;;
    --quick) quick=yes ;;
    *) die "lint: there is no option '$1'" ;;
  esac
  ensure_deps all
  # All of them, so that one run reports everything.
  (step "layers: every include points downward" python3 tools/check_layers.py) || bad=1
  (step "style: tools/tidy.py" python3 tools/tidy.py) || bad=1
  (step "documents: everything that they name exists" python3 tools/check_docs.py) || bad=1
  (step "formatting: clang-format-14" check_format) || bad=1
  [ $quick = no ] || return $bad
  ensure_rust
  local clang=(-DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_BUILD_TYPE=None -DICN_TESTS=OFF)
  # In groups, as a first `./dev build` compiles; clang-tidy needs the command of each source.
  configure "$icn_root/build-clang" "configuring for clang" "${clang[@]}" -DICN_UNITY=ON
  configure "$icn_root/build-tidy" "configuring for clang-tidy" "${clang[@]}" -DICN_UNITY=OFF
  (step "thread safety: clang reads all of src/" ninja -C "$icn_root/build-clang" -j"$icn_jobs") || bad=1
  (step "clang-tidy: the checks of .clang-tidy" python3 tools/clang_tidy.py "$icn_root/build-tidy" \
    --stamps "$icn_cache/clang-tidy") || bad=1
  return $bad
}

# cmd_fix: formats the sources and writes the documents generated from tables.
cmd_fix() {
  [ $# -eq 0 ] || die "fix takes no arguments"
  local program
  ensure_deps all
  ensure_rust
  step "formatting: clang-format-14" sh -c 'xargs -r clang-format-14 -i' < <(cpp_sources)
  configure "$icn_build" "configuring with tests" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DICN_TESTS=ON -DICN_UNITY=OFF
  step "building the writers of documents" ninja -C "$icn_build" -j"$icn_jobs" "${icn_documents[@]}"
  for program in "${icn_documents[@]}"; do
    ICN_UPDATE=1 step "documents of $program" "$icn_build/bin/$program" --gtest_filter='Formats.*:*Document*'
  done
  step "clients of the API" python3 tools/generate_clients.py
  step "packages of the dashboard" tools/npm_packages.sh dashboard dashboard
  step "files of the dashboard" node dashboard/build.mjs
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
    -DICN_UNITY=OFF -DICN_BENCH=ON
  step "building the benchmarks" ninja -C "$icn_build" -j"$icn_jobs" icn icn_bench attack_prices
  step "building the guest programs" "$icn_root/tools/build_guests.sh" "$icn_build/guests"
  step "generating programs" python3 "$icn_root/tools/generate_modules.py" "$icn_build/guests/generated" 200
  # The input of the two interpreters is their workload, not text.
  cp "$icn_root/guests/third_party/workload.lua" "$icn_build/guests/lua.input"
  cp "$icn_root/guests/third_party/workload.sql" "$icn_build/guests/sqlite.input"
  ICN_COMMIT=$(git rev-parse --short HEAD 2>/dev/null || echo unknown) ICN_GUESTS=$icn_build/guests \
    "$icn_bench" "${quick[@]}" --out "$out"
  step "prices of host work" "$icn_build/bin/attack_prices" --out "$(dirname "$out")/prices.md"
}

cmd_fuzz() {
  local seconds=${1:-60} only=${2:-} folder=$icn_root/build-fuzz targets target name
  ensure_deps all
  ensure_rust
  configure "$folder" "configuring for libFuzzer" -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 \
    -DICN_TESTS=OFF -DICN_FUZZ=ON -DICN_SANITIZE=address
  mapfile -t targets < <(ninja -C "$folder" -t targets all | sed -nE 's/^(bin\/\w+_fuzz): .*/\1/p')
  step "building the fuzz targets" ninja -C "$folder" -j"$icn_jobs" "${targets[@]}"
  for target in "$folder"/bin/*_fuzz; do
    [ -x "$target" ] || die "there is no fuzz target"
    name=$(basename "$target")
    [ -z "$only" ] || [ "$only" = "$name" ] || continue
    mkdir -p "$icn_cache/fuzz/$name"
    # The sandbox handles faults of guests itself.
    step "$name for $seconds s" env ASAN_OPTIONS=handle_segv=0:allow_user_segv_handler=1 \
      LSAN_OPTIONS="suppressions=$icn_root/tests/support/lsan.supp:print_suppressions=0" "$target" \
      -max_total_time="$seconds" -artifact_prefix="$icn_cache/fuzz/$name-" "$icn_cache/fuzz/$name"
  done
}
