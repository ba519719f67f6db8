#!/usr/bin/env bash
# Prints the figures of docs/results.md on vectors: anomalies and latent vectors of FashionAE and its peers on the same rows, and the speed
# of training and scoring. Needs half an hour on two cores.
# Each part stores its output in runs/vectors, and is skipped if the output exists.
#   PYTHON=/usr/bin/python3   a Python with scikit-learn and torch; if not set, the Debian packages are installed
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

python=${PYTHON:-/usr/bin/python3}
if [[ -z ${PYTHON:-} ]] && command -v dpkg >/dev/null; then
    # Debian only recommends OpenBLAS. Without it, matrix products are ten times slower.
    for package in python3-sklearn python3-torch libopenblas0; do
        dpkg -s "$package" &>/dev/null || install_package "$package" >&2 || true
    done
fi
if ! "$python" -c 'import sklearn, torch' 2>/dev/null; then
    echo "$python has no scikit-learn or no torch: run 'sudo apt-get install python3-sklearn python3-torch libopenblas0', or" \
        "set PYTHON to a Python that has both." >&2
    exit 1
fi

# keep NAME COMMAND...: runs the command and stores its output, unless the output exists.
out=runs/vectors
mkdir -p "$out"
keep() {
    [[ -s $out/$1 ]] || { "${@:2}" >"$out/$1.part" && mv "$out/$1.part" "$out/$1"; }
}
[[ -d $out/data ]] || { "$python" eng/vector_data.py "$out/data.part" && mv "$out/data.part" "$out/data"; }
keep peers.tsv "$python" eng/vector_peers.py "$out/data"
keep ours.tsv dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll vectors "$out/data"
keep speed.md dotnet artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll vector-speed
grep -h ^mean "$out/ours.tsv" "$out/peers.tsv"
cat "$out/speed.md"
