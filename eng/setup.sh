#!/usr/bin/env bash
# Prepares this machine to build and run: finds out which stack it can have and installs what that stack needs. Does nothing
# that has been done. LIBTORCH=DIR makes the offline stack use that libtorch instead of Debian's.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The NuGet stack where all packages of the product can be restored, else the stand-ins in offline/.
find_stack() {
    local trial=artifacts/trial packages name
    mkdir -p "$trial"
    packages=$(sed -n '/The product/,/<\/ItemGroup>/s/PackageVersion/PackageReference/p' Directory.Packages.props | grep -v cuda)
    # Inside the repository, so that the same NuGet.config counts; empty files keep the repository's own settings out.
    for name in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
        echo '<Project />' >"$trial/$name"
    done
    printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>%s</ItemGroup></Project>' \
        "$packages" >"$trial/Trial.csproj"
    if timeout 900 dotnet restore "$trial/Trial.csproj" >"$trial/log" 2>&1; then echo nuget; else echo offline; fi
}

install_packages() {
    local package missing=()
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0

    local command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    command -v apt-get >/dev/null || fail "These Debian packages, or what your system has in their place, are missing: ${missing[*]}"
    if ((EUID == 0)); then
        echo "Installing ${missing[*]}"
        DEBIAN_FRONTEND=noninteractive bash -c "$command" >/dev/null
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        echo "Installing ${missing[*]}"
        sudo DEBIAN_FRONTEND=noninteractive bash -c "$command" >/dev/null
    else
        fail "Some packages are missing, and installing them takes root. Run this, then the same make command again:" \
            "    sudo sh -c '$command'"
    fi
}

build_binding() {
    local library=artifacts/native/libtorch_dispatch.so origin=artifacts/native/libtorch.txt
    if [[ -f $library && -f $origin && $(<"$origin") == "${LIBTORCH:-}" && -z $(find offline/TorchSharp/dispatch -newer "$library" -type f) ]]; then
        return
    fi
    echo "Building the binding to libtorch${LIBTORCH:+ in $LIBTORCH}"
    mkdir -p artifacts/native
    # A folder configured for another libtorch keeps its answers.
    rm -rf artifacts/native/build
    local log=artifacts/native/build.log
    cmake -S offline/TorchSharp/dispatch -B artifacts/native/build -DCMAKE_BUILD_TYPE=Release -DLIBTORCH="${LIBTORCH:-}" >"$log" 2>&1 \
        && cmake --build artifacts/native/build >>"$log" 2>&1 \
        || fail "The binding to libtorch could not be built; the last lines of $log:" "$(tail -n 20 "$log")"
    cp artifacts/native/build/libtorch_dispatch.so "$library.new"
    mv "$library.new" "$library"
    echo "${LIBTORCH:-}" >"$origin"
}

# The libraries that draw the report's charts. Without them a report has its pictures and tables, and says what is missing.
fetch_chart_libraries() {
    local folder=examples/FashionAE.Report/web
    if [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]]; then
        return
    elif ! command -v npm >/dev/null; then
        echo "npm is missing, so reports will have no charts: install Node.js (https://nodejs.org), then run make again." >&2
    elif ! (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel error) >&2; then
        echo "The chart libraries could not be fetched, so reports will have no charts: run make again when npm can reach its registry." >&2
    else
        touch "$folder/node_modules/.package-lock.json"
    fi
}

command -v dotnet >/dev/null || fail "The .NET 10 SDK is missing: install it from https://dotnet.microsoft.com/download."
if [[ ! -f .stack ]]; then
    echo "Looking for the packages of the product"
    stack=$(find_stack)
    echo "$stack" >.stack
    echo "This machine builds on the $stack stack (remembered in .stack)"
fi

if [[ $(<.stack) == offline ]]; then
    if [[ -n ${LIBTORCH:-} ]]; then
        install_packages g++ cmake libturbojpeg0 dataset-fashion-mnist
    else
        install_packages g++ cmake libtorch-dev libopenblas0-openmp libturbojpeg0 dataset-fashion-mnist
    fi
    build_binding
fi
fetch_chart_libraries
