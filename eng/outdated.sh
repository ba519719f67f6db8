#!/usr/bin/env bash
# Lists the packages that have newer versions: those of the solution, and those of the two npm folders. Changes nothing. Needs the feeds.
# Directory.Packages.props says which versions are bound, and by what.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later (https://nodejs.org).' >&2; exit 1; }
echo 'NuGet (Directory.Packages.props):'
dotnet list FashionAE.sln package --outdated --format json | python3 -c '
import json, sys
report = json.load(sys.stdin)
newer = {}
for project in report["projects"]:
    for framework in project.get("frameworks", []):
        for package in framework.get("topLevelPackages", []):
            newer[package["id"]] = (package["resolvedVersion"], package["latestVersion"])
for name, (used, latest) in sorted(newer.items()):
    print(f"  {name:48} {used:14} {latest}")
print("" if newer else "  none")'
for folder in src/FashionAE.Report/web eng/checks; do
    echo "npm ($folder):"
    # npm outdated ends with 1 if it finds any.
    (cd "$folder" && npm outdated --json || true) | python3 -c '
import json, sys
def version(text):
    return [int(part) for part in text.split("-")[0].split(".")]
# A package may label an older version as the latest.
newer = {name: package for name, package in json.load(sys.stdin).items() if version(package["wanted"]) < version(package["latest"])}
for name, package in sorted(newer.items()):
    wanted, latest = package["wanted"], package["latest"]
    print(f"  {name:48} {wanted:14} {latest}")
print("" if newer else "  none")'
done
