#!/usr/bin/env bash
# Installs what this machine needs to build and run. Skips what is already installed.
#   eng/setup.sh [sdk]     sdk: only what the packages need: checks the SDK, and installs the libraries of the report page
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

source eng/debian.sh

# Open MPI is for training in several processes. Without it, the tests of that are skipped.
fetch_mpi() {
    command -v mpirun >/dev/null || install_package openmpi-bin ||
        echo "Open MPI is missing. To train in several processes, install it (Debian and Ubuntu: apt-get install openmpi-bin)." >&2
}

# The libraries of the report page become part of its package. Without them, a report has a notice instead of charts.
fetch_page_libraries() {
    local folder=src/FashionAE.Report/web
    if [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]]; then
        return
    elif ! command -v npm >/dev/null; then
        echo "npm is missing, and reports will have no charts: install Node.js (https://nodejs.org), then run make again." >&2
    elif ! (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel error >/dev/null); then
        echo "The libraries of the report page could not be downloaded, and reports will have no charts: run make again when npm can reach its registry." >&2
    else
        touch "$folder/node_modules/.package-lock.json"
    fi
}

if [[ ! $(dotnet --list-sdks 2>/dev/null) =~ (^|$'\n')[1-9][0-9]+\. ]]; then
    echo "The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download." >&2
    exit 1
fi
fetch_page_libraries
[[ ${1:-} == sdk ]] || fetch_mpi
