#!/usr/bin/env bash
# Ratios of times to those of a PyTorch on the same threads: the two take turns, and the medians are divided. Debian's PyTorch, which it
# installs, has a libtorch and a BLAS of its own. BENCH_DEVICE=cuda compares on the GPU; PYTHON names a Python that has torch and torchvision.
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
export OMP_NUM_THREADS GLOG_minloglevel=2 GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}
ours() { dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll "$@"; }
theirs() { "$python" tests/FashionAE.Benchmarks/pytorch.py "$@" 2>/dev/null; }
median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# compare TASK TITLE FORMULA-OF-RATIO(a: ours, b: PyTorch's)
compare() {
    local a=() b=() round
    for ((round = 0; round < rounds; round++)); do
        a+=("$(ours "$1" "$device")")
        b+=("$(theirs "$1" "$device")")
    done
    local x y
    x=$(printf '%s\n' "${a[@]}" | median)
    y=$(printf '%s\n' "${b[@]}" | median)
    awk -v a="$x" -v b="$y" -v title="$2" "BEGIN { printf \"%-52s %9.4f s  %9.4f s  %6.2f\\n\", title, a, b, $3 }"
    last=$x
}

printf '%-52s %11s  %11s  %6s\n' "on $device, median of $rounds rounds" ours "PyTorch $("$python" -c 'import torch; print(torch.__version__)' 2>/dev/null)" ratio
compare step "training step, convolutional, batch 128" "a / b"
step=$last
compare epoch "epoch of the denoising study, data included" "a / b"
compare rotate "24,000 images rotated by random angles, times faster" "b / a"
sgemm=$(ours sgemm "$device")
awk -v s="$step" -v g="$sgemm" 'BEGIN { printf "a step is 3.3 GFLOP: %.0f GFLOP/s, %.0f %% of sgemm (%.0f GFLOP/s)\n", 3.3 / s, 330 / s / g, g }'
[[ $device != cpu ]] || { echo; ours pipelines; }
