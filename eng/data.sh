#!/usr/bin/env bash
# Sees to Fashion-MNIST where the programs would not find it: as Debian's package, else by downloading it with the program that has been
# built. Never fails and never asks: tests and examples run on data/sample, and a study that needs the whole says so itself.
#   eng/data.sh [CONFIGURATION]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh
configuration=${1:-Release}

# As FashionMnist.Locate looks for it; a folder that is named is the only one looked at, and its owner's.
has_data() {
    [[ -z ${FASHION_MNIST:-} ]] || return 0
    local folder
    for folder in /usr/share/datasets/fashion-mnist "${XDG_DATA_HOME:-${HOME:-}/.local/share}/FashionAE/fashion-mnist"; do
        is_complete "$folder" && return 0
    done
    return 1
}

is_complete() {
    local name
    for name in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
        [[ -f $1/$name-ubyte || -f $1/$name-ubyte.gz ]] || return 1
    done
}

has_data || { install_package dataset-fashion-mnist && has_data; } || dotnet "artifacts/bin/FashionAE.Cli/${configuration,,}/fashionae.dll" download || true
