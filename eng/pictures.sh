#!/usr/bin/env bash
# The pictures of README.md and docs/, from a report on runs of both studies.
#   eng/pictures.sh RUN RUN RUN
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/debian.sh

command -v chromium >/dev/null || install_package chromium
page=artifacts/pictures/report.html
./fashionae report "$@" --out "$page"
node eng/pictures.mjs "$(command -v chromium)" "$page" docs/pictures
ls -l docs/pictures
