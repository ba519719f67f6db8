#!/usr/bin/env bash
# Sees to Fashion-MNIST where the programs would not find it: as Debian's package, else by downloading it with the program that has been
# built. Never fails and never asks: tests and examples run on data/sample, and a study that needs the whole says so itself.
#   eng/data.sh [CONFIGURATION]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
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

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::http::Timeout=15 -o Acquire::Retries=0 "$@" </dev/null >/dev/null 2>&1
}

install_package() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    echo "Installing the Debian package dataset-fashion-mnist"
    local install=(install -y --no-install-recommends dataset-fashion-mnist)
    apt "${install[@]}" || { apt update && apt "${install[@]}"; }
}

has_data || { install_package && has_data; } || dotnet "artifacts/bin/FashionAE.Cli/${configuration,,}/fashionae.dll" download || true
