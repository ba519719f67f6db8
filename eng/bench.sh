#!/usr/bin/env bash
# Compares FashionAE with plain TorchSharp, on the same libtorch, and with PyTorch: they take turns, and medians of BENCH_ROUNDS rounds are
# divided. It prints Markdown tables for docs/performance.md.
#   BENCH_ROUNDS=3               rounds of each row
#   BENCH_AGAINST="plain pytorch"  what to compare with; "plain" leaves PyTorch out
#   BENCH_DEVICE=cpu             "cuda" compares on the GPU
#   PYTHON=/usr/bin/python3      a Python that has torch and torchvision; where it is not set, Debian's are installed
#   BENCH_PROGRAM                the benchmark where it has been published (docs/gpu.md)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

rounds=${BENCH_ROUNDS:-3}
against=${BENCH_AGAINST:-plain pytorch}
device=${BENCH_DEVICE:-cpu}
python=${PYTHON:-/usr/bin/python3}
program=${BENCH_PROGRAM:-dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll}
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

# Settings of the shell that would change what one side computes with.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE GLIBC_TUNABLES MALLOC_TRIM_THRESHOLD_ MALLOC_MMAP_THRESHOLD_ MALLOC_TOP_PAD_
threads=$(nproc)
export OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads MKL_NUM_THREADS=$threads
export GLOG_minloglevel=2 GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}

# PyTorch, with the BLAS that Debian only recommends: without it, products are some 50 times slower.
if [[ $against == *pytorch* ]]; then
    packages=(python3-torch python3-torchvision libopenblas0)
    if [[ -z ${PYTHON:-} ]] && command -v dpkg >/dev/null && ! dpkg -s "${packages[@]}" &>/dev/null; then
        for package in "${packages[@]}"; do install_package "$package" >&2 || true; done
        dpkg -s "${packages[@]}" &>/dev/null || echo "Not all packages of the comparison are installed. The remedy: sudo apt-get install ${packages[*]}" >&2
    fi
    if ! "$python" -c 'import torch, torchvision' 2>/dev/null; then
        printf '%s\n' "$python has no torch and torchvision to compare with. The remedy is one of these:" \
            "    $python -m pip install torch torchvision" "    PYTHON=<a Python that has them> make bench" "    BENCH_AGAINST=plain make bench" >&2
        exit 1
    fi
fi

# As FashionMnist.Locate finds it.
for folder in "${FASHION_MNIST:-}" /usr/share/datasets/fashion-mnist "${XDG_DATA_HOME:-${HOME:-}/.local/share}/FashionAE/fashion-mnist"; do
    [[ -z $folder || -z $(compgen -G "$folder/train-images-idx3-ubyte*") ]] || { export FASHION_MNIST=$folder; break; }
done
[[ -n ${FASHION_MNIST:-} ]] || { echo 'There is no Fashion-MNIST to measure with: run make data.' >&2; exit 1; }

ours() { $program "$@"; }
theirs() { "$python" tests/FashionAE.Benchmarks/pytorch.py "$1" "$device" 2>"$errors" || { cat "$errors" >&2; return 1; }; }

# measure CONTENDER TASK: prints seconds, megabytes and perhaps the way that PyTorch took.
measure() {
    case $1 in
        ours) ours "$2" "$device" ;;
        # A setting of glibc's that changes nothing keeps us from making our own.
        plain) GLIBC_TUNABLES=glibc.malloc.check=0 ours "plain-$2" "$device" ;;
        plain-kept) ours "plain-$2" "$device" ;;
        torch) theirs "$2" ;;
        # As in src/FashionAE.Torch/Native/FreedMemory.cs.
        torch-kept) MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TOP_PAD_=67108864 theirs "$2" ;;
    esac
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
duration() { awk -v s="$1" 'BEGIN { if (s < 1) printf "%.1f ms", 1000 * s; else printf "%.2f s", s }'; }
# The best of three turns, as GFLOP/s.
sgemm() { for _ in 1 2 3; do measure "$1" sgemm; done | sort -g | awk 'NR == 1 { printf "%.0f", 2 * 2048 ^ 3 / 1e9 / $1 }'; }

# compare TASK TITLE ROUNDS-OURS ROUNDS-PLAIN ROUNDS-PYTORCH: adds a row to the table, one on memory and one on ways.
compare() {
    local -A count=([ours]=$3 [plain]=$4 [plain-kept]=$4 [torch]=$5 [torch-kept]=$5) out=()
    local round c seconds row="| $2" megabytes="| $2"
    for ((round = 0; round < rounds; round++)); do
        for c in "${contenders[@]}"; do
            ((round >= count[$c])) || out[$c]+="$(measure "$c" "$1")"$'\n'
        done
    done
    for c in ours plain plain-kept torch torch-kept; do
        if [[ -z ${out[$c]:-} ]]; then
            row+=' | -' megabytes+=' | -'
            continue
        fi
        seconds=$(median <<<"${out[$c]%$'\n'}")
        [[ $c != ours ]] || last=$seconds
        row+=" | $(duration "$seconds")" megabytes+=" | $(awk '$2 > m { m = $2 } END { print m }' <<<"${out[$c]}")"
        [[ $c == ours ]] || row+=" ($(ratio "$last" "$seconds"))"
        [[ $c != torch* ]] || ways+=$(awk -v t="* $2, ${c/torch-kept/memory kept}: " 'NF > 2 { $1 = $2 = ""; print t substr($0, 3) }' <<<"${out[$c]}" | sort | uniq -c | awk '{ n = $1; $1 = ""; print substr($0, 2) " (" n ")" }')$'\n'
    done
    echo "$row |"
    memory+="$megabytes |"$'\n'
}

# What computes on each side comes before any ratio.
instructions=$(awk -F: '/^flags/ { n = split($2, f, " "); for (i = 1; i <= n; i++) if (f[i] ~ /^(fma|avx2?|avx512.*|avx_vnni|amx.*)$/) printf "%s ", f[i]; exit }' /proc/cpuinfo)
echo "* Processor: $(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $threads cores; ${instructions:-neither AVX nor FMA }on $device"
our_rate=$(sgemm ours)
echo "* FashionAE and TorchSharp: $(MKL_VERBOSE=1 ours sgemm cpu | awk '/MKL_VERBOSE .*MKL/ { sub(/MKL_VERBOSE /, ""); print; exit }'); $threads threads; sgemm reaches $our_rate GFLOP/s"
contenders=(ours)
[[ $against != *plain* ]] || contenders+=(plain plain-kept)
if [[ $against == *pytorch* ]]; then
    their_rate=$(sgemm torch)
    about=$(theirs about)
    echo "* PyTorch: $about; sgemm reaches $their_rate GFLOP/s"
    if ((2 * their_rate < our_rate)) || [[ $about == *WRONG* ]]; then
        printf '%s\n' '' "**THE PEER IS CRIPPLED: PyTorch's sgemm reaches $their_rate GFLOP/s and ours $our_rate, or its products are wrong, so nothing is compared with it.**" \
            "The line above names its BLAS. The remedy on Debian: apt-get install libopenblas0, and" "update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu"
    else
        contenders+=(torch torch-kept)
    fi
fi

head=$'| FashionAE | TorchSharp | TorchSharp, memory kept | PyTorch | PyTorch, memory kept |\n|---|---|---|---|---|---|'
memory='' ways='' last=0
printf '\n%s\n\n%s\n' "Medians of $rounds round$([[ $rounds == 1 ]] || echo s); PyTorch's epochs and the epoch of rotated copies: 1 round. In brackets: FashionAE's time divided by this one; less than 1 means that FashionAE is faster." "| $head"
compare convolutional-step 'training step, convolutional, batch 128' "$rounds" "$rounds" "$rounds"
step=$last
compare dense-step 'training step, dense, batch 128' "$rounds" "$rounds" "$rounds"
compare dense-epoch 'epoch of the denoising study, data included' "$rounds" "$rounds" 1
compare rotate 'rotating 24,000 images by random angles' "$rounds" 0 "$rounds"
compare rotated-epoch 'epoch of rotated copies, 1,125 steps' 1 0 0
echo
echo "* An epoch of rotated copies takes $(ratio "$last" "$(awk -v s="$step" 'BEGIN { print 1125 * s }')") of 1,125 times the step above."
echo "* A convolutional step is 3.3 GFLOP: $(awk -v s="$step" 'BEGIN { printf "%.0f", 3.3 / s }') GFLOP/s where sgemm reaches $our_rate."
[[ -z ${ways//$'\n'/} ]] || printf '\n%s\n\n%s\n' 'The ways that PyTorch took (in how many rounds):' "$(grep . <<<"$ways")"
printf '\n%s\n\n%s\n%s' 'The most memory that a process had, in MB:' "| $head" "$memory"
[[ $device != cpu ]] || { echo; ours pipelines; echo; ours serving; }

# Two processes of one thread each, joined by Open MPI, beside one of one thread and one of two.
ranks() { mpirun --oversubscribe ${BENCH_MPIRUN:-} -np 2 -x OMP_NUM_THREADS=1 -x MKL_NUM_THREADS=1 -x TERM=dumb $program "$@"; }
single() { OMP_NUM_THREADS=$1 MKL_NUM_THREADS=$1 ours "${@:2}"; }
if [[ $device == cpu ]] && command -v mpirun >/dev/null; then
    ((EUID != 0)) || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    printf '\n%s\n%s\n' '| training step, a global batch of | two ranks of a thread each | 1 thread | 2 threads | 1 thread / ranks | 2 threads / ranks |' '|---|---|---|---|---|---|'
    for task in 'convolutional-step 128' 'dense-step 128' 'dense-step 512'; do
        read -r name batch <<<"$task"
        a='' b='' c=''
        for ((round = 0; round < rounds; round++)); do
            a+="$(ranks "$name" cpu "$batch")"$'\n' b+="$(single 1 "$name" cpu "$batch")"$'\n' c+="$(single 2 "$name" cpu "$batch")"$'\n'
        done
        x=$(median <<<"${a%$'\n'}") y=$(median <<<"${b%$'\n'}") z=$(median <<<"${c%$'\n'}")
        echo "| $batch, ${name%-step} | $(duration "$x") | $(duration "$y") | $(duration "$z") | $(ratio "$y" "$x") | $(ratio "$z" "$x") |"
    done
    echo
    for numbers in 195459 1159242; do
        echo "* A sum of $numbers numbers over two ranks takes $(duration "$(ranks exchange cpu "$numbers" | cut -d' ' -f1)")."
    done
fi
