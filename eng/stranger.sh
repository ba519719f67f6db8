#!/usr/bin/env bash
# Does what a stranger does who has the packages and the README alone, in a folder outside the repository: a program that trains and saves, one
# that loads and scores, the warning where libtorch is lacking, and the template. make pack goes before it.
set -euo pipefail
root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
feed=$root/artifacts/package/release
work=$(mktemp -d)
service=''
trap '[[ -z $service ]] || kill "$service" 2>/dev/null; rm -rf "$work"' EXIT
fail() { printf 'stranger: %s\n' "$*" >&2; exit 1; }
# What a feed lacks or has learned of others' packages is not ours.
warns() { grep 'warning' "$1" | grep -v 'warning NU[0-9]*:'; }
build() { dotnet build "$1" -c Release -o "$2" -v quiet >build.log || fail "$(cat build.log)"; }
build_without_warnings() {
    build "$@"
    ! warns build.log || fail 'The build warned.'
}
step() { printf '== %s\n' "$*"; }

# Packages of its own: none that an earlier build has unpacked under the same version. Those of others may come from the user's folder.
cache=${NUGET_PACKAGES:-${HOME:?}/.nuget/packages}
mkdir -p "$cache"
cat >"$work/nuget.config" <<CONFIG
<configuration>
  <packageSources><add key="feed" value="$feed" /></packageSources>
  <fallbackPackageFolders><add key="cache" value="$cache" /></fallbackPackageFolders>
</configuration>
CONFIG
export NUGET_PACKAGES=$work/packages FASHION_MNIST=$root/data/sample DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# What runs shall find nothing in any package folder.
run() { NUGET_PACKAGES=/nonexistent dotnet "$@"; }
# The first C# block of a page.
block() { awk '/^```csharp/ && !n { n = 1; next } /^```/ && n == 1 { n = 2 } n == 1' "$1"; }

cd "$work"
step 'The first program of the README'
dotnet new console -o Trainer >/dev/null
block "$root/README.md" >Trainer/Program.cs
for package in FashionAE.MLNet TorchSharp-cpu; do dotnet add Trainer package "$package" >/dev/null; done
build_without_warnings Trainer Trainer/out
(cd Trainer && run out/Trainer.dll >train.log) || fail "$(cat Trainer/train.log)"
grep -q '^Epoch 10/10: loss' Trainer/train.log || fail 'It told of no losses.'
[[ -s Trainer/clusters.zip ]] || fail 'It saved no model.'

step 'A second program, with FashionAE.MLNet alone'
dotnet new console -o Loader >/dev/null
cat >Loader/Program.cs <<'PROGRAM'
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext();
using var model = (TransformerChain<ITransformer>)ml.Model.Load(args[0], out _);
using var engine = ml.Model.CreatePredictionEngine<Garment, Cluster>(model, new PredictionEngineOptions { OwnsTransformer = false });
Console.WriteLine($"cluster {engine.Predict(new Garment()).PredictedLabel}");

internal sealed class Garment
{
    [VectorType(784)]
    public float[] Pixels { get; set; } = new float[784];

    [KeyType(10)]
    public uint Label { get; set; }

    public string LabelText { get; set; } = "";
}

internal sealed class Cluster
{
    public uint PredictedLabel { get; set; }
}
PROGRAM
dotnet add Loader package FashionAE.MLNet >/dev/null
build Loader Loader/out
grep -q 'warning FAE0001: Loader has no libtorch' build.log || fail "No warning of a missing libtorch: $(cat build.log)"
! run Loader/out/Loader.dll Trainer/clusters.zip >Loader/run.log 2>&1 || fail 'It ran without libtorch.'
grep -q 'TorchSharp-cpu' Loader/run.log || fail "No word of what is missing: $(cat Loader/run.log)"
dotnet add Loader package TorchSharp-cpu >/dev/null
build_without_warnings Loader Loader/out
[[ $(run Loader/out/Loader.dll Trainer/clusters.zip) =~ ^cluster\ ([1-9]|10)$ ]] || fail 'It gave no cluster.'

step 'The template'
hive=(--debug:custom-hive "$work/hive")
dotnet new install "$feed"/FashionAE.Templates.*.nupkg "${hive[@]}" >/dev/null
dotnet new fashionae -o Garments "${hive[@]}" >/dev/null
build_without_warnings Garments/Program out
run out/Garments.dll train Garments/data >/dev/null
[[ -s model.zip ]] || fail 'The template saved no model.'
dotnet "$root/artifacts/bin/FashionAE.Cli/release/fashionae.dll" export --count 1 --out images --data "$FASHION_MNIST" >/dev/null
NUGET_PACKAGES=/nonexistent dotnet out/Garments.dll serve --urls http://127.0.0.1:5199 >serve.log 2>&1 &
service=$!
answer=$(curl --silent --fail --retry 50 --retry-connrefused --retry-delay 1 --data-binary @"$(ls images/*.png | head -n 1)" http://127.0.0.1:5199/encode) || fail "$(cat serve.log)"
[[ $answer =~ ^\[-?[0-9.]+(E-?[0-9]+)?,-?[0-9.]+(E-?[0-9]+)?\]$ ]] || fail "It served '$answer'."
kill "$service"
service=''
dotnet test Garments/Tests --nologo -v quiet >test.log || fail "$(cat test.log)"
echo 'A stranger gets from the packages to a served model.'
