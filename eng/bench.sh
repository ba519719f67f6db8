#!/usr/bin/env bash
# Compares the speed of FashionAE with plain TorchSharp (same libtorch) and PyTorch. They run alternately, and the ratios are those of the
# medians of BENCH_ROUNDS rounds. Prints Markdown tables for docs/performance.md.
#   BENCH_ROUNDS=3               the number of rounds for each row
#   BENCH_AGAINST="plain pytorch"  the peers; "plain" omits PyTorch
#   BENCH_DEVICE=cpu             "cuda" compares on the GPU
#   PYTHON=/usr/bin/python3      a Python with torch and torchvision; if not set, the Debian packages are installed
#   BENCH_PROGRAM                the path of a published benchmark program (docs/gpu.md)
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

# These variables would change the libraries or memory of only one side.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE GLIBC_TUNABLES MALLOC_TRIM_THRESHOLD_ MALLOC_MMAP_THRESHOLD_ MALLOC_TOP_PAD_
threads=$(nproc)
export OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads MKL_NUM_THREADS=$threads
export GLOG_minloglevel=2 GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}

# Debian only recommends OpenBLAS. Without it, matrix products of PyTorch are some 50 times slower.
if [[ $against == *pytorch* ]]; then
    packages=(python3-torch python3-torchvision libopenblas0)
    if [[ -z ${PYTHON:-} ]] && command -v dpkg >/dev/null && ! dpkg -s "${packages[@]}" &>/dev/null; then
        for package in "${packages[@]}"; do install_package "$package" >&2 || true; done
        dpkg -s "${packages[@]}" &>/dev/null || echo "Some packages of the comparison are missing: run 'sudo apt-get install ${packages[*]}'." >&2
    fi
    if ! "$python" -c 'import torch, torchvision' 2>/dev/null; then
        printf '%s\n' "$python has no torch and torchvision. Run one of these:" \
            "    $python -m pip install torch torchvision" "    PYTHON=<a Python that has both> make bench" "    BENCH_AGAINST=plain make bench" >&2
        exit 1
    fi
fi

# The same search order as FashionMnist.Locate.
for folder in "${FASHION_MNIST:-}" /usr/share/datasets/fashion-mnist "${XDG_DATA_HOME:-${HOME:-}/.local/share}/FashionAE/fashion-mnist"; do
    [[ -z $folder || -z $(compgen -G "$folder/train-images-idx3-ubyte*") ]] || { export FASHION_MNIST=$folder; break; }
done
[[ -n ${FASHION_MNIST:-} ]] || { echo 'Fashion-MNIST was not found: run make data.' >&2; exit 1; }

ours() { $program "$@"; }
theirs() { "$python" tests/FashionAE.Benchmarks/pytorch.py "$1" "$device" 2>"$errors" || { cat "$errors" >&2; return 1; }; }

# measure CONTENDER TASK: prints seconds, megabytes, and for some tasks of PyTorch the implementation that it chose.
measure() {
    case $1 in
        ours) ours "$2" "$device" ;;
        # If GLIBC_TUNABLES is set, FashionAE does not set its own malloc options. This setting itself has no effect.
        plain) GLIBC_TUNABLES=glibc.malloc.check=0 ours "plain-$2" "$device" ;;
        plain-kept) ours "plain-$2" "$device" ;;
        torch) theirs "$2" ;;
        # The same options as in src/FashionAE.Torch/Native/FreedMemory.cs.
        torch-kept) MALLOC_TRIM_THRESHOLD_=268435456 MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TOP_PAD_=67108864 theirs "$2" ;;
    esac
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
duration() { awk -v s="$1" 'BEGIN { if (s < 1) printf "%.1f ms", 1000 * s; else printf "%.2f s", s }'; }
# Prints the best of three runs in GFLOP/s.
sgemm() { for _ in 1 2 3; do measure "$1" sgemm; done | sort -g | awk 'NR == 1 { printf "%.0f", 2 * 2048 ^ 3 / 1e9 / $1 }'; }

# compare TASK TITLE ROUNDS-OURS ROUNDS-PLAIN ROUNDS-PYTORCH: adds a row to the tables of times, memory and PyTorch's implementations.
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

# Print the hardware and libraries of each side first.
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
        printf '%s\n' '' "**PyTorch is not compared: its sgemm reaches $their_rate GFLOP/s and ours $our_rate, or its products are wrong.**" \
            "The line above shows its BLAS. To fix it on Debian, run: apt-get install libopenblas0, and" "update-alternatives --auto libblas.so.3-$(uname -m)-linux-gnu"
    else
        contenders+=(torch torch-kept)
    fi
fi

head=$'| FashionAE | TorchSharp | TorchSharp, memory kept | PyTorch | PyTorch, memory kept |\n|---|---|---|---|---|---|'
memory='' ways='' last=0
printf '\n%s\n\n%s\n' "Medians of $rounds round$([[ $rounds == 1 ]] || echo s); PyTorch's epochs and the epoch of rotated copies: 1 round. In parentheses: FashionAE's time divided by the time in the cell. Below 1, FashionAE is faster." "| $head"
compare convolutional-step 'training step, convolutional, batch 128' "$rounds" "$rounds" "$rounds"
step=$last
compare dense-step 'training step, dense, batch 128' "$rounds" "$rounds" "$rounds"
compare dense-epoch 'epoch of the denoising study, data included' "$rounds" "$rounds" 1
compare rotate 'rotating 24,000 images by random angles' "$rounds" 0 "$rounds"
compare rotated-epoch 'epoch of rotated copies, 1,125 steps' 1 0 0
echo
echo "* An epoch of rotated copies takes $(ratio "$last" "$(awk -v s="$step" 'BEGIN { print 1125 * s }')") of 1,125 times the step above."
echo "* A convolutional step is 3.3 GFLOP: $(awk -v s="$step" 'BEGIN { printf "%.0f", 3.3 / s }') GFLOP/s where sgemm reaches $our_rate."
[[ -z ${ways//$'\n'/} ]] || printf '\n%s\n\n%s\n' 'The implementations that PyTorch chose (number of rounds):' "$(grep . <<<"$ways")"
printf '\n%s\n\n%s\n%s' 'Peak memory of a process, in MB:' "| $head" "$memory"
[[ $device != cpu ]] || { echo; ours pipelines; echo; ours serving; }

# Compares two Open MPI ranks of one thread each with one process of one thread and one of two threads.
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
        echo "* Summing $numbers values over two ranks takes $(duration "$(ranks exchange cpu "$numbers" | cut -d' ' -f1)")."
    done
fi
