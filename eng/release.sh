#!/usr/bin/env bash
# Makes the packages of a release and checks them: the tag, the version and the changelog agree, and each package has its parts. Publishes nothing:
# its last lines are what a release pushes. The release workflow runs it before it publishes; here it is make release-dry-run.
# A warning here is an error in the workflow.
#   eng/release.sh [TAG]     without a tag, that of the current version
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
warn() { echo "release: $*" >&2; [[ -z ${GITHUB_ACTIONS:-} ]] || exit 1; }
fail() { echo "release: $*" >&2; exit 1; }
command -v python3 >/dev/null || fail 'python3 is missing: install it.'

property() { dotnet msbuild src/FashionAE.Torch -nologo "-getProperty:$1"; }
version=$(property Version)
tag=${1:-v$version}
[[ $tag == "v$version" ]] || fail "The tag is $tag and Version in Directory.Build.props is $version."
heading=$(sed -n 's/^## //p' CHANGELOG.md | head -1)
[[ $heading == "$version" || $heading == "$version "* ]] || fail "The first heading of CHANGELOG.md is '$heading', not $version."
[[ $(property PackageReleaseNotes) == "$version: "* ]] || fail "PackageReleaseNotes in src/Directory.Build.props do not start with '$version: '."
grep -q "^## .*$version" docs/upgrading.md || warn "docs/upgrading.md has no heading that names $version."
baseline=$(property PackageValidationBaselineVersion)
echo "Version $version. The API is compared with ${baseline:-no earlier version: PublishedVersion in src/Directory.Build.props is empty}."
for listed in src/*/PublicAPI.Unshipped.txt; do
    if grep -qv '^#nullable enable$' "$listed"; then warn "$listed has members: move them to PublicAPI.Shipped.txt before a release."; fi
done

# Packing also runs the package validation of .NET, which fails if the API breaks the baseline or differs between frameworks.
make --no-print-directory pack
python3 eng/packages.py "$version" artifacts/package/release
