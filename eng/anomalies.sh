#!/usr/bin/env bash
# Prints the tables of docs/results.md on anomalies: examples/FindAnomalies on all of Fashion-MNIST with three seeds, the detectors of
# scikit-learn on the same rows (eng/anomaly_peers.py), and examples/FindDamage. Needs one to two hours on two cores.
# Each part stores its output in runs/anomalies, and is skipped if the output exists.
#   ANOMALY_SEEDS="1 2 3"     the seeds
#   PYTHON=/usr/bin/python3   a Python with scikit-learn; if not set, the Debian package is installed
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

seeds=${ANOMALY_SEEDS:-1 2 3}
python=${PYTHON:-/usr/bin/python3}
if [[ -z ${PYTHON:-} ]] && command -v dpkg >/dev/null; then
    # Debian only recommends OpenBLAS. Without it, matrix products are ten times slower.
    for package in python3-sklearn libopenblas0; do
        dpkg -s "$package" &>/dev/null || install_package "$package" >&2 || true
    done
fi
if ! "$python" -c 'import sklearn' 2>/dev/null; then
    echo "$python has no scikit-learn: run 'sudo apt-get install python3-sklearn libopenblas0', or set PYTHON to a Python that has it." >&2
    exit 1
fi
# The same search order as FashionMnist.Locate.
for folder in "${FASHION_MNIST:-}" /usr/share/datasets/fashion-mnist "${XDG_DATA_HOME:-${HOME:-}/.local/share}/FashionAE/fashion-mnist"; do
    [[ -z $folder || -z $(compgen -G "$folder/train-images-idx3-ubyte.gz") ]] || { export FASHION_MNIST=$folder; break; }
done
[[ -n ${FASHION_MNIST:-} ]] || { echo 'Fashion-MNIST was not found: run make data.' >&2; exit 1; }

# keep NAME COMMAND...: runs the command and stores its output, unless the output exists.
out=runs/anomalies
mkdir -p "$out"
keep() {
    [[ -s $out/$1 ]] || { "${@:2}" >"$out/$1.part" && mv "$out/$1.part" "$out/$1"; }
}
keep peers.tsv "$python" eng/anomaly_peers.py "$FASHION_MNIST" 1
for seed in $seeds; do
    keep "detectors$seed.txt" dotnet artifacts/bin/FindAnomalies/release/FindAnomalies.dll "$seed"
    keep "damage$seed.txt" env -C "$out" dotnet "$PWD/artifacts/bin/FindDamage/release/FindDamage.dll" "$seed"
done

# Prints the mean over the seeds, and in parentheses the value of each seed, of a line of each protocol.
printf '| %s | one class unknown | one class known |\n|---|---|---|\n' 'mean area under the ROC curve of ten classes'
row() {
    local title=$1 pattern=$2 field=$3 digits=$4 protocol cells=''
    for protocol in unknown known; do
        cells+=" | $(for seed in $seeds; do
            awk -v p="one class $protocol" -v q="$pattern" -v f="$field" \
                '/^one class/ { on = index($0, p) == 1 } on && $0 ~ q { gsub("%", "", $f); print $f }' "$out/detectors$seed.txt"
        done | awk -v d="$digits" '{ s += $1; v = v (NR > 1 ? ", " : "") $1 } END { printf "%.*f (%s)", d, s / NR, v }')"
    done
    echo "| $title$cells |"
}
row 'autoencoder, AnomalyScore.Combined' '^mean' 2 3
row 'the same, mean squared error only' '^mean' 3 3
row 'RandomizedPca, rank 16' '^mean' 4 3
awk -F'\t' '$3 == "mean" { if (!($2 in a)) order[++n] = $2; a[$2, $1] = $4; a[$2] }
    END { for (i = 1; i <= n; i++) { o = order[i]; printf "| %s | %.3f | %.3f |\n", o, a[o, "unknown"], a[o, "known"] } }' "$out/peers.tsv"
row 'false alarms, % of normal test rows, target 1 %' '^normal' 6 2
row 'the same, target 5 %' '^normal' 11 2
echo
for seed in $seeds; do
    printf '%s\n' "FindDamage, seed $seed:" "$(grep -E '^(pixels|damaged|with)' "$out/damage$seed.txt")"
done
