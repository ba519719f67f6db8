#!/usr/bin/env bash
# Checks the workflows of GitHub: their syntax with actionlint, that every action is pinned by a commit with its version in a comment, and that
# permissions are set. Other YAML files of .github are parsed.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/checks/install.sh

failed=0
node eng/checks/workflows.mjs .github/*.yml .github/*/*.yml .github/actions/*/*.yml || failed=1
if grep -nE '^ *(- )?uses: ' .github/workflows/*.yml .github/actions/*/action.yml | grep -vE 'uses: (\./|[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9.]+$)'; then
    echo 'These actions are not pinned as OWNER/NAME@COMMIT # vVERSION.' >&2
    failed=1
fi
for file in .github/workflows/*.yml; do
    grep -qx 'permissions:' "$file" || { echo "$file sets no permissions for all its jobs." >&2; failed=1; }
done
exit "$failed"
