#!/usr/bin/env bash
# Prints which tests of the last make test were skipped, and fails if one of them is not in eng/skipped.txt. A test that is always skipped tests nothing.
#   eng/skipped.sh [local|linux|windows|macos] [FOLDER]
#     local    optional programs may be missing
#     linux    all of them are installed
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
environment=${1:-local}
folder=${2:-artifacts/test-results}

shopt -s nullglob
results=("$folder"/*.trx)
((${#results[@]} > 0)) || { echo "$folder has no results of tests (.trx): run make test." >&2; exit 1; }

mapfile -t allowed < <(sed -nE "s/^(any|$environment) +//p" eng/skipped.txt)
is_allowed() {
    local pattern
    for pattern in "${allowed[@]}"; do
        # shellcheck disable=SC2053 # The right side is a pattern.
        [[ $1 == $pattern ]] && return 0
    done
    return 1
}

# The cases of a theory have one line, with their number.
count=0 unexpected=0
while read -r cases name; do
    mark=''
    is_allowed "$name" || { mark='  <- not in eng/skipped.txt'; unexpected=$((unexpected + 1)); }
    printf '%4d  %s%s\n' "$cases" "$name" "$mark"
    count=$((count + cases))
done < <(grep -ho '<UnitTestResult [^>]*outcome="NotExecuted"[^>]*' "${results[@]}" | sed 's/.* testName="\([^"(&]*\).*/\1/' | sort | uniq -c)

echo "$count tests skipped (environment: $environment)."
if ((unexpected > 0)); then
    echo "Skipped, although eng/skipped.txt does not list them for '$environment': $unexpected. Install what they need, or add them there." >&2
    exit 1
fi
