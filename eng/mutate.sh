#!/usr/bin/env bash
# Mutation testing: changes one operator or statement of the metrics and scores at a time, and runs their tests, which should fail. Those that do not
# fail are listed, each a missing test or a change without effect. Reports: artifacts/mutation.
#   eng/mutate.sh [torch|mlnet]...
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
root=$PWD
(($# > 0)) || set -- torch mlnet

dotnet tool restore >/dev/null
export OMP_NUM_THREADS=1 NUGET_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages}
for name in "$@"; do
    case $name in
        torch) tests=FashionAE.Torch.Tests ;;
        mlnet) tests=FashionAE.MLNet.Tests ;;
        *) echo "There is nothing to mutate that is named '$name'." >&2; exit 2 ;;
    esac
    # Stryker analyzes the projects before it builds them, and FashionAE.MLNet needs a tool that is built (eng/PublicReference).
    dotnet build "tests/$tests" --configuration Debug --nologo --verbosity quiet
    (cd "tests/$tests" && nice dotnet stryker --config-file "$root/eng/mutation/$name.json" --output "$root/artifacts/mutation/$name")
done
