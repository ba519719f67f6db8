#!/usr/bin/env bash
# Installs Fashion-MNIST if the programs would not find it: the Debian package, or else a download with the built command. Never fails and
# never prompts, because tests and examples run on data/sample. A study that needs the complete data set reports it itself.
#   eng/data.sh [CONFIGURATION]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh
configuration=${1:-Release}

# Uses the same search order as FashionMnist.Locate. If the user sets FASHION_MNIST, nothing is installed.
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
