#!/usr/bin/env bash
# Builds the reference site into artifacts/site: the API of the libraries in src/, and the pages of the repository. Warnings and dead links are errors.
#   eng/site/build.sh [CONFIGURATION]
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
configuration=${1:-Release}
sources=artifacts/site-sources
command -v python3 >/dev/null || { echo 'python3 is missing: install it, then run make site again.' >&2; exit 1; }

dotnet tool restore >/dev/null
rm -rf artifacts/site "$sources"
mkdir -p "$sources"/{assemblies,references,pages}
python3 eng/site/stage.py "$sources/pages"

# docfx reads assemblies with their comments, and finds the types of other packages in the assemblies that the compiler used.
# Building these three also builds the libraries that they use.
for library in FashionAE.Report.AspNetCore FashionAE.Extensions FashionAE.Torch.Mpi; do
    dotnet build "src/$library" --configuration "$configuration" --nologo --verbosity quiet
    dotnet msbuild "src/$library" -nologo -t:ResolveReferences -getItem:ReferencePath "-p:Configuration=$configuration" |
        sed -n 's/^ *"FullPath": "\(.*\.dll\)",*$/\1/p' | sed 's|\\\\|/|g' | grep -v -e /Microsoft.NETCore.App.Ref/ -e /FashionAE |
        while read -r assembly; do cp "$assembly" "$sources/references"; done
done
for library in FashionAE.{Torch,Torch.Mpi,MLNet,Report,Report.AspNetCore,Extensions}; do
    cp "artifacts/bin/$library/${configuration,,}/$library".{dll,xml} "$sources/assemblies"
done

# A method that inherits its documentation and adds some of its own has a parameter twice. docfx warns about it without a code, and uses the first.
dotnet docfx metadata eng/site/docfx.json --logLevel warning >"$sources/metadata.log" || { cat "$sources/metadata.log" >&2; exit 1; }
if grep warning "$sources/metadata.log" | grep -v -e 'Duplicate parameter' -e '[0-9] warning(s)' -e 'succeeded with warning' >&2; then
    echo 'docfx reports these warnings about the API.' >&2
    exit 1
fi
python3 eng/site/references.py "$sources/pages/api"
dotnet docfx build eng/site/docfx.json --logLevel warning --warningsAsErrors
python3 eng/links.py artifacts/site
