#!/usr/bin/env bash
# Takes the pictures of README.md and docs/ from a report on runs of both studies.
#   eng/pictures.sh [RUN RUN RUN]     without arguments: trains the runs of the demo first
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

if [[ $# -eq 0 ]]; then
    eng/demo.sh
    set -- runs/demo/rotation-upright runs/demo/rotation-rotated runs/demo/denoising
fi
command -v chromium >/dev/null || install_package chromium
page=artifacts/pictures/report.html
./fashionae report "$@" --out "$page"
node eng/pictures.mjs "$(command -v chromium)" "$page" docs/pictures
ls -l docs/pictures
