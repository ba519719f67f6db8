#!/usr/bin/env bash
# Runs the example programs on the folder in FASHION_MNIST, or on data/sample.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

FASHION_MNIST=$(realpath -- "${FASHION_MNIST:-data/sample}")
export FASHION_MNIST
bin=$PWD/artifacts/bin
mkdir -p runs/examples
cd runs/examples
run() {
    printf '\n== %s\n' "$*"
    dotnet "$bin/$1/release/$1.dll" "${@:2}"
}

run QuickStart
run SaveLoadPredict train
run SaveLoadPredict predict
run FeaturizeAndClassify
run CompressFeatures
run ClusterTheCode
run FindAnomalies
run FindOddSensors
run FindDamage
run MakeDamagedParts parts
run Denoise
run RotatedGarments
run BringYourOwnModule
run EncodeImageFiles
run EncodeFromDatabase 2000
run ExploreWithDataFrames
run LookAtPhotographs
run LookAtSensors
run WatchWithOpenTelemetry
