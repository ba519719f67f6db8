#!/usr/bin/env bash
# Follows README.md and docs/getting-started.md exactly, like a new user with only a clone: an empty home folder, no data set, and no
# variables of FashionAE. Runs the commands and programs of the pages:
#   * Shell blocks run line by line. If a line says "in another terminal", the line before it is a server, which runs until this line ends.
#   * A C# block is written to the file that the text above it names, when its folder exists. Blocks without a file are parts of programs,
#     which tests/FashionAE.Docs.Tests compiles and runs.
# Two things come from this machine: third-party packages in its NuGet folder, and the data set. A local server provides the data set at the
# publisher's address.
set -euo pipefail
root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
debian=/usr/share/datasets/fashion-mnist
limit=600 # seconds per line
fail() { printf 'stranger: %s\n' "$*" >&2; exit 1; }
step() { printf '== %s\n' "$*"; }

if [[ ${1:-} != inside ]]; then
    inside=(unshare --mount)
    ((EUID == 0)) || inside+=(--map-root-user)
    "${inside[@]}" true 2>/dev/null && exec "${inside[@]}" "$0" inside
fi
for program in curl git python3; do command -v "$program" >/dev/null || fail "$program is missing: install it."; done

work=$(mktemp -d)
server='' service='' running=''
end() {
    local id
    for id in $running $service $server; do kill "$id" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
mkdir "$work"/{published,packages,home,programs,here}

# Prepare the files of the data set as published, and the server.
names=({train,t10k}-{images-idx3,labels-idx1}-ubyte)
find_data() {
    local name
    for data in "$debian" "${XDG_DATA_HOME:-${HOME:?}/.local/share}/FashionAE/fashion-mnist"; do
        for name in "${names[@]}"; do [[ -f $data/$name || -f $data/$name.gz ]] || continue 2; done
        return 0
    done
    return 1
}
find_data || { FASHION_MNIST='' make --silent -C "$root" data && find_data; } || fail 'Fashion-MNIST was not found and could not be downloaded.'
for name in "${names[@]}"; do
    if [[ -f $data/$name.gz ]]; then cp "$data/$name.gz" "$work/published"; else gzip -1 <"$data/$name" >"$work/published/$name.gz"; fi
done
serve() {
    exec {said}< <(exec python3 -u -m http.server "$1" --bind 127.0.0.1 --directory "$work/published" 2>"$work/requests")
    server=$!
    read -rt 30 -u "$said" line && [[ $line =~ \ port\ ([0-9]+) ]] && port=${BASH_REMATCH[1]}
}
# If this machine allows it, redirect the publisher's address to the server.
publisher=$(sed -n 's|.*Publisher = new("http://\([^/"]*\)/").*|\1|p' "$root/src/FashionAE.Torch/Data/FashionMnist.cs")
{ cat /etc/hosts; echo "127.0.0.1 ${publisher:?}"; } >"$work/hosts"
mirror=''
if ! { [[ ${1:-} == inside ]] && serve 80 && mount --bind "$work/hosts" /etc/hosts && [[ $(getent hosts "$publisher") == 127.0.0.1* ]]; } 2>/dev/null; then
    kill "$server" 2>/dev/null || true
    serve 0 || fail "The data server did not start: $(cat "$work/requests")"
    mirror=http://127.0.0.1:$port/
    echo "Warning: port 80 or /etc/hosts is not available, so the programs download from the mirror in FASHION_MNIST_SOURCE." >&2
fi

# Hide installed FashionAE packages, and copy the working tree without its build outputs.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
[[ ! -d $packages ]] || find "$packages" -mindepth 1 -maxdepth 1 ! -name 'fashionae.*' -exec ln -s -t "$work/packages" {} +
mkdir "$work/here/FashionAE"
git -C "$root" ls-files -z --cached --others --exclude-standard | tar -C "$root" -c --null --ignore-failed-read -T - 2>/dev/null |
    tar -x --no-same-owner -C "$work/here/FashionAE"

# From here on, there is no data set and no setting, and no .NET process outlives its command.
if [[ -d $debian ]] && ! { [[ ${1:-} == inside ]] && mount -t tmpfs none "$debian" 2>/dev/null; }; then
    echo "Warning: $debian cannot be hidden on this machine, so the download is not tested." >&2
fi
unset ${!XDG_*} http_proxy HTTP_PROXY ${!OMP_*} ${!GOMP_*} ${!KMP_*} ${!FASHION*} ${!NUGET_*}
export HOME=$work/home NUGET_FALLBACK_PACKAGES=$work/packages
[[ -z $mirror ]] || export FASHION_MNIST_SOURCE=$mirror
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
cd "$work/here"

# Runs a command with a time limit. timeout creates a process group, so that all child processes end with the command.
limited() {
    local code=0
    timeout -k 10 "$limit" bash -c "$1" >>"$log" 2>&1 &
    running=$!
    # The redirection hides the shell's message about a program that aborts.
    { wait "$running"; } 2>/dev/null || code=$?
    running=''
    return "$code"
}

# Runs a server and, while it runs, a command in another terminal.
limited_with_server() {
    local code=0
    ! (exec 3<>/dev/tcp/127.0.0.1/5000) 2>/dev/null || fail 'Port 5000 of the pages is in use: stop the program that listens on it.'
    timeout -k 10 "$limit" bash -c "$1" >"$work/service" 2>&1 &
    service=$!
    curl --silent --output "$work/hello" --retry 200 --retry-connrefused --retry-delay 1 --retry-max-time 200 http://localhost:5000/ &
    running=$!
    # Wait until the server responds or ends.
    wait -n "$service" "$running" && kill -0 "$service" 2>/dev/null && limited "$2" || code=$?
    kill "$service" $running 2>/dev/null || true
    wait "$service" || true
    service=''
    { echo; cat "$work/service"; } >>"$log"
    return "$code"
}

# Prints the command lines of a page in order, and writes its programs to $work/programs.
lines_of() {
    awk -v programs="$work/programs" '
        /^```/ && language { close(file); language = file = ""; next }
        /^```/ { language = substr($0, 4); if (language == "csharp" && match(above, /[A-Za-z]+\/Program\.cs/)) { file = substr(above, RSTART, RLENGTH); gsub("/", "-", file); file = programs "/" file } next }
        language == "sh" && NF && !/^#/
        file { print > file }
        !language && NF { above = $0 }' "$1"
}

follow() {
    local lines i file
    mapfile -t lines < <(lines_of "$root/$1")
    log=$work/${1##*/}.log
    for ((i = 0; i < ${#lines[@]}; i++)); do
        for file in "$work"/programs/*; do
            local folder=${file##*/}
            folder=${folder%-Program.cs}
            [[ ! -d $folder ]] || mv "$file" "$folder/Program.cs"
        done
        step "${lines[i]}"
        printf '\n$ %s\n' "${lines[i]}" >>"$log"
        if [[ ${lines[i]} == cd\ * ]]; then
            eval "${lines[i]}"
        elif [[ ${lines[i + 1]:-} == *'# in another terminal'* ]]; then
            step "${lines[i + 1]}"
            limited_with_server "${lines[i]}" "${lines[i + 1]}" || fail "$(tail -n 40 "$log")"
            i=$((i + 1))
        else
            limited "${lines[i]}" || fail "$(tail -n 40 "$log")"
        fi
    done
    # Ignore warnings about the feed and about third-party packages.
    ! grep -E 'warning [A-Z]+[0-9]+:' "$log" | grep -v 'warning NU' || fail "$1: a build has warnings."
}
expect() { grep -Eq -- "$1" "$log" || fail "The output has no match for '$1': $(tail -n 40 "$log")"; }
expect_files() { local file; for file; do [[ -s $file ]] || fail "There is no $file: $(tail -n 40 "$log")"; done; }

follow README.md
[[ -n $(ls "$debian" 2>/dev/null) ]] || { # hidden
    [[ $(grep -c '"GET /[a-z0-9-]*\.gz HTTP/1.1" 200' "$work/requests") == 4 ]] || fail "The number of downloaded files is not four: $(cat "$work/requests")"
    expect '^train-images-idx3-ubyte.gz, [0-9.]+ MB$'
}
expect '^Epoch [12]/2, batch [0-9]+/469: loss .* left$'
expect '^Epoch 2/2: loss '
expect '^all +10000 +0\.0[0-9]+ '
expect_files garments.zip

follow docs/getting-started.md
expect '^Epoch 2/2: loss .* validation '
expect '^Ankle boot: code .* error [0-9.]+$'
cd "$work/here"
expect '^\[-?[0-9.]+(E-?[0-9]+)?,-?[0-9.]+(E-?[0-9]+)?\]$'
step "The template's test"
limited 'dotnet test Garments/Tests' || fail "$(tail -n 40 "$log")"
step "The template's service without libtorch"
limited 'dotnet publish Garments/Program -c Release -r linux-x64 --self-contained false -o service' || fail "$(tail -n 40 "$log")"
[[ -z $(find service -name 'libtorch*' -o -name 'libc10*') ]] || fail 'The published service of the template contains libtorch.'
limited_with_server 'NUGET_PACKAGES=/nonexistent dotnet service/Garments.dll serve' \
    'curl --fail-with-body --data-binary @Garments/garment.png http://localhost:5000/encode' || fail "$(tail -n 40 "$log")"
expect_files history.csv codes.csv garments.zip garment.png
expect '^\{"code":\[.*\],"mse":[0-9.E-]+\}$'

step 'A program that does not use the package folder at run time'
limited 'NUGET_PACKAGES=/nonexistent dotnet Predict/bin/Release/net10.0/Predict.dll' || fail "$(tail -n 40 "$log")"
step 'The same program without an engine'
limited 'dotnet remove Predict package Microsoft.ML.OnnxRuntime' || fail "$(tail -n 40 "$log")"
rm -r Predict/bin Predict/obj
limited 'dotnet build Predict -c Release' || fail "$(tail -n 40 "$log")"
! limited 'NUGET_PACKAGES=/nonexistent dotnet Predict/bin/Release/net10.0/Predict.dll' || fail 'It ran without an engine.'
expect 'warning FAE0001: Predict has no libtorch, which FashionAE trains and scores with, and no ONNX Runtime'
expect 'ONNX Runtime was not found: the program must reference the package Microsoft.ML.OnnxRuntime .* libtorch was not found: the program must reference'
step 'The same program with libtorch'
limited "$(sed -n 's/^dotnet add Train package libtorch/dotnet add Predict package libtorch/p' "$root/docs/getting-started.md")" &&
    limited 'dotnet run --project Predict -c Release' || fail "$(tail -n 40 "$log")"

feed=$work/here/FashionAE/artifacts/package/release
step 'The command as a tool'
for libtorch in {"$HOME/.nuget/packages","$work/packages"}/libtorch-cpu-linux-x64/*/runtimes/linux-x64/native; do [[ ! -d $libtorch ]] || break; done
limited 'dotnet tool install FashionAE.Cli --tool-path tools' || fail "$(tail -n 40 "$log")"
! NUGET_PACKAGES=/nonexistent limited 'tools/fashionae summary dense' || fail 'It ran without libtorch.'
expect "^error: libtorch was not found: download it with 'dotnet package download libtorch-cpu-linux-x64@"
FASHIONAE_LIBTORCH=$libtorch limited 'tools/fashionae export --data FashionAE/data/sample --out images --count 9' || fail "$(tail -n 40 "$log")"
FASHIONAE_LIBTORCH=$libtorch limited 'tools/fashionae encode --model garments.zip --images images --out tool.csv' || fail "$(tail -n 40 "$log")"
expect '^Encoded 9 of 9 images into tool.csv$'

step 'Reports on pictures and on a table, with only the packages'
for program in LookAt{Photographs,Sensors}; do
    add=$(sed -n "s/^dotnet add Train package libtorch/dotnet add $program package libtorch/p" "$root/docs/getting-started.md")
    limited "dotnet new console -o $program && dotnet add $program package FashionAE.Report && $add" || fail "$(tail -n 40 "$log")"
    cp "$root/examples/$program/Program.cs" "$program"
    limited "dotnet run --project $program -c Release" || fail "$(tail -n 40 "$log")"
done
expect_files {pictures,sensors}.html
for page in {pictures,sensors}.html; do
    grep -q 'vegaEmbed' "$page" || fail "$page has no charts."
    ! grep -Eo '(src|href)="(https?:)?//[^"]*' "$page" || fail "$page needs the network."
done

step 'A later libtorch, and packages of one version'
mkdir "$work/later"
for name in libtorch_cpu libtorch; do echo 'a stand-in' >"$work/later/$name.so"; done
cat >"$work/later/later.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><PackageId>libtorch-cpu-linux-x64</PackageId><Version>2.999.0</Version><NoWarn>NU5128</NoWarn></PropertyGroup>
  <ItemGroup><None Include="*.so" Pack="true" PackagePath="runtimes/linux-x64/native/" /></ItemGroup>
</Project>
PROJECT
limited "dotnet pack '$work/later' -o '$feed' && dotnet add Predict package libtorch-cpu-linux-x64 --version 2.999.0 && dotnet build Predict -c Release" || fail "$(tail -n 40 "$log")"
expect 'warning FAE0002: Predict uses libtorch-cpu-linux-x64 2.999.0, but'
nuspec=$(python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("FashionAE.MLNet.nuspec").decode())' "$feed"/FashionAE.MLNet.*.nupkg)
[[ $nuspec =~ id=\"FashionAE.Torch\"\ version=\"\[[0-9.]+\]\" ]] || fail 'FashionAE.MLNet accepts any later FashionAE.Torch.'
echo 'A new user can follow the pages to a served model.'
