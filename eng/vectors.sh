#!/usr/bin/env bash
# Anomalies and codes of vectors, by FashionAE and by others on the same rows, and how fast tables are learned and scored: prints the
# figures of docs/results.md. It takes half an hour on two cores.
# Each part keeps its output in runs/vectors, and is not run again where that is there.
#   PYTHON=/usr/bin/python3   a Python that has scikit-learn and torch; where it is not set, Debian's are installed
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

python=${PYTHON:-/usr/bin/python3}
if [[ -z ${PYTHON:-} ]] && command -v dpkg >/dev/null; then
    # Without OpenBLAS, which Debian only recommends, products take ten times as long.
    for package in python3-sklearn python3-torch libopenblas0; do
        dpkg -s "$package" &>/dev/null || install_package "$package" >&2 || true
    done
fi
if ! "$python" -c 'import sklearn, torch' 2>/dev/null; then
    echo "$python has no scikit-learn or no torch. The remedy: sudo apt-get install python3-sklearn python3-torch libopenblas0, or" \
        "PYTHON=<a Python that has both>" >&2
    exit 1
fi

# keep NAME COMMAND...: runs the command unless its output has been kept.
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
