#!/usr/bin/env bash
# Trains short forms of both studies, compares their results, and writes a report. The rotation study compares two models, so it trains twice.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

runs=runs/demo
rm -rf -- "$runs"
./fashionae train rotation --inputs upright --quick --out "$runs/rotation-upright"
./fashionae train rotation --inputs rotated --quick --out "$runs/rotation-rotated"
./fashionae train denoising --quick --out "$runs/denoising"
./fashionae evaluate "$runs/rotation-upright" "$runs/rotation-rotated" "$runs/denoising" --saved --brief
echo "The models are in $runs/*/model.safetensors; 'fashionae evaluate $runs/*' prints their scores by class."
./fashionae report "$runs/rotation-upright" "$runs/rotation-rotated" "$runs/denoising" --out "$runs/report/report.html"
