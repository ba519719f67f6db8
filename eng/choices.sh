#!/usr/bin/env bash
# Trains autoencoders of three architectures and six latent sizes on a part of Fashion-MNIST, draws docs/pictures/choices-*.svg and prints
# the tables of docs/choosing-a-model.md. It needs about 35 minutes of processor time.
# Results are appended to CSV files in a folder of runs/choices. A result that a file has already is not computed again. Tables and curves
# are means over the seeds in that folder.
#   CHOICES_ROWS=20000    the training rows, as many of each class; 60000 for all of them. There are a third as many test rows.
#   CHOICES_EPOCHS=20     the epochs; detectors of anomalies are trained for half as many
#   CHOICES_SEED=1        the seed
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# Threads that wait then spin for a short time only.
export GOMP_SPINCOUNT=${GOMP_SPINCOUNT:-1000}
out=runs/choices/${CHOICES_ROWS:-20000}-rows-${CHOICES_EPOCHS:-20}-epochs
benchmarks=artifacts/bin/FashionAE.Benchmarks/release/FashionAE.Benchmarks.dll
dotnet "$benchmarks" choices "$out"
dotnet "$benchmarks" choice-pictures "$out" docs/pictures
