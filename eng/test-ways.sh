#!/usr/bin/env bash
# Runs make test in the conditions of other machines: with one thread, without AVX-512, on one core, next to two busy processes, and in the
# background of a shell, where SIGINT is ignored. All conditions need more than an hour. Arguments select some of them.
#   eng/test-ways.sh [one-thread|avx2|one-core|busy|background]...
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

busy=()
stop_busy() { ((${#busy[@]} == 0)) || kill "${busy[@]}"; busy=(); }
trap stop_busy EXIT

way() {
    case $1 in
        one-thread) OMP_NUM_THREADS=1 make test ;;
        avx2) ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 MKL_ENABLE_INSTRUCTIONS=AVX2 make test ;;
        one-core) taskset -c 0 make test ;;
        busy) make test ;;
        background) (trap '' INT && exec nohup make test) ;;
        *) echo "There is no condition '$1'." ; return 2 ;;
    esac
}

(($# > 0)) || set -- one-thread avx2 one-core busy background
logs=artifacts/test-ways
mkdir -p "$logs"
failed=0
for name in "$@"; do
    if [[ $name == busy ]]; then
        for _ in 1 2; do
            (while :; do :; done) &
            busy+=($!)
        done
    fi
    SECONDS=0 result=passed
    way "$name" >"$logs/$name.log" 2>&1 </dev/null || result=FAILED failed=1
    stop_busy
    printf '%-10s %s after %d s (%s)\n' "$name" "$result" "$SECONDS" "$logs/$name.log"
    grep -E '^(Passed|Failed)!|^ +Failed ' "$logs/$name.log" || true
done
exit "$failed"
