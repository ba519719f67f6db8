#!/usr/bin/env bash
# Compares us with plain TorchSharp, on the same libtorch, and with a PyTorch: they take turns, and medians of BENCH_ROUNDS rounds are divided.
# Debian's PyTorch, which it installs, has a libtorch and a BLAS of its own. BENCH_DEVICE=cuda compares on the GPU; PYTHON names a Python that
# has torch and torchvision. BENCH_AGAINST="plain" leaves PyTorch out, which on some machines takes most of the time. BENCH_PROGRAM names the
# benchmark where it has been published (docs/gpu.md).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

rounds=${BENCH_ROUNDS:-5}
against=${BENCH_AGAINST:-plain pytorch}
device=${BENCH_DEVICE:-cpu}
python=${PYTHON:-/usr/bin/python3}
if [[ $against == *pytorch* ]] && ! "$python" -c 'import torch, torchvision' 2>/dev/null; then
    install='apt-get install -y --no-install-recommends python3-torch python3-torchvision'
    if ((EUID == 0)); then
        DEBIAN_FRONTEND=noninteractive $install >/dev/null
    else
        printf '%s\n' "PyTorch to compare with is missing. Run this, then make bench again:" "    sudo $install" >&2
        exit 1
    fi
fi

OMP_NUM_THREADS=$(nproc)
export OMP_NUM_THREADS GLOG_minloglevel=2 GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}
program=${BENCH_PROGRAM:-dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll}
ours() { $program "$@"; }
# A setting of glibc's, which changes nothing, lets its memory be as TorchSharp's users have it.
plain() { GLIBC_TUNABLES=glibc.malloc.check=0 ours "plain-$1" "$2"; }
theirs() { "$python" tests/FashionAE.Benchmarks/pytorch.py "$@" 2>/dev/null; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
most() { awk '$2 > m { m = $2 } END { print m }'; }
ratio() { awk -v a="$1" -v b="$2" "BEGIN { if (b > 0) printf \"%.2f\", ${3:-a / b}; else printf \"-\" }"; }
line() { printf '%-48s %10s %10s %10s %8s %8s   %s\n' "$@"; }

# compare TASK TITLE OTHERS [RATIO(a: ours, b: another's)]
compare() {
    local a='' b='' c='' round
    for ((round = 0; round < rounds; round++)); do
        a+="$(ours "$1" "$device")"$'\n'
        [[ $against != *plain* || $3 != *plain* ]] || b+="$(plain "$1" "$device")"$'\n'
        [[ $against != *pytorch* || $3 != *pytorch* ]] || c+="$(theirs "$1" "$device")"$'\n'
    done
    local x y z
    x=$(median <<<"${a%$'\n'}") y=$(median <<<"${b%$'\n'}") z=$(median <<<"${c%$'\n'}")
    line "$2" "$(printf '%.5f' "$x")" "${y:+$(printf '%.5f' "$y")}" "${z:+$(printf '%.5f' "$z")}" "$(ratio "$x" "${y:-0}" "${4:-}")" "$(ratio "$x" "${z:-0}" "${4:-}")" \
        "$(most <<<"$a") / $(most <<<"$b") / $(most <<<"$c")"
    last=$x
}

echo "On $device, medians of $rounds rounds, seconds; PyTorch $("$python" -c 'import torch; print(torch.__version__)' 2>/dev/null)"
line '' ours TorchSharp PyTorch '/ plain' '/ torch' 'most memory, MB'
compare convolutional-step 'step, convolutional, batch 128' 'plain pytorch'
step=$last
compare dense-step 'step, dense, batch 128' 'plain pytorch'
compare dense-epoch 'epoch of the denoising study, data included' 'plain pytorch'
compare rotate '24,000 images rotated (ratio: times faster)' pytorch 'b / a'
compare rotated-epoch 'epoch of rotated copies, 1,125 steps' ours
printf 'an epoch of rotated copies / its steps alone: %s\n' "$(ratio "$last" "$(awk -v s="$step" 'BEGIN { print 1125 * s }')")"
sgemm=$(ours sgemm "$device")
awk -v s="$step" -v g="${sgemm%% *}" 'BEGIN { printf "a convolutional step is 3.3 GFLOP: %.0f GFLOP/s; sgemm reaches %.0f\n", 3.3 / s, 2.0 * 2048 ^ 3 / 1e9 / g }'
[[ $device != cpu ]] || { echo; ours pipelines; echo; ours serving; }

# Two processes of one thread each, joined by Open MPI, beside one of one thread and one of two.
ranks() { mpirun --oversubscribe ${BENCH_MPIRUN:-} -np 2 -x OMP_NUM_THREADS=1 -x TERM=dumb $program "$@"; }
if [[ $device == cpu ]] && command -v mpirun >/dev/null; then
    ((EUID != 0)) || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    echo
    printf '%-48s %10s %10s %10s %8s %8s\n' 'two ranks of a thread each' 'ranks' '1 thread' '2 threads' '1 thr. /' '2 thr. /'
    for task in 'convolutional-step 128' 'dense-step 128' 'dense-step 512'; do
        read -r name batch <<<"$task"
        a='' b='' c=''
        for ((round = 0; round < rounds; round++)); do
            a+="$(ranks "$name" cpu "$batch")"$'\n' b+="$(OMP_NUM_THREADS=1 ours "$name" cpu "$batch")"$'\n' c+="$(OMP_NUM_THREADS=2 ours "$name" cpu "$batch")"$'\n'
        done
        x=$(median <<<"${a%$'\n'}") y=$(median <<<"${b%$'\n'}") z=$(median <<<"${c%$'\n'}")
        printf '%-48s %10.5f %10.5f %10.5f %8s %8s\n' "${name%-step}, a global batch of $batch" "$x" "$y" "$z" "$(ratio "$y" "$x")" "$(ratio "$z" "$x")"
    done
    for numbers in 195459 1159242; do
        printf 'a sum of %s numbers over two ranks: %s s\n' "$numbers" "$(ranks exchange cpu "$numbers" | cut -d' ' -f1)"
    done
fi
