#!/usr/bin/env bash
# Ratios of times to those of PyTorch on the same libtorch, BLAS and threads: the two take turns, and the medians are divided.
# BENCH_DEVICE=cuda compares on the GPU; PYTHON names a Python that has torch and torchvision.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

rounds=${BENCH_ROUNDS:-3}
device=${BENCH_DEVICE:-cpu}
python=${PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import torch, torchvision' 2>/dev/null; then
    install='apt-get install -y --no-install-recommends python3-torch python3-torchvision'
    if ((EUID == 0)); then
        DEBIAN_FRONTEND=noninteractive $install >/dev/null
    else
        printf '%s\n' "PyTorch to compare with is missing. Run this, then make bench again:" "    sudo $install" >&2
        exit 1
    fi
fi

OMP_NUM_THREADS=$(nproc)
export OMP_NUM_THREADS GLOG_minloglevel=2
ours() { dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll "$@"; }
theirs() { "$python" tests/FashionAE.Benchmarks/pytorch.py "$@" 2>/dev/null; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# compare TASK TITLE FORMULA-OF-RATIO(a: ours, b: PyTorch's) GOAL
compare() {
    local a=() b=() round
    for ((round = 0; round < rounds; round++)); do
        a+=("$(ours "$1" "$device")")
        b+=("$(theirs "$1" "$device")")
    done
    local x y
    x=$(printf '%s\n' "${a[@]}" | median)
    y=$(printf '%s\n' "${b[@]}" | median)
    awk -v a="$x" -v b="$y" -v title="$2" -v goal="$4" \
        "BEGIN { printf \"%-52s %9.4f s  %9.4f s  %6.2f  (%s)\\n\", title, a, b, $3, goal }"
    last=$x
}

printf '%-52s %11s  %11s  %6s\n' "on $device, median of $rounds rounds" ours PyTorch ratio
compare step "training step, convolutional, batch 128" "a / b" "at most 0.6"
step=$last
compare epoch "epoch of the denoising study, data included" "a / b" "at most 0.7"
compare rotate "24,000 images rotated by random angles" "b / a" "times faster, at least 20"
sgemm=$(ours sgemm "$device")
awk -v s="$step" -v g="$sgemm" 'BEGIN { printf "a step is 3.3 GFLOP: %.0f GFLOP/s, %.0f %% of sgemm (%.0f GFLOP/s)\n", 3.3 / s, 330 / s / g, g }'
[[ $device != cpu ]] || { echo; ours pipelines; }
