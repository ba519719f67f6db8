#!/usr/bin/env bash
# Checks the spelling of the pages, and of comments and strings in src/, with cspell. A word that is right and unknown to it goes into eng/checks/words.txt.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
source eng/checks/install.sh

words=eng/checks/words.txt
if ! diff <(LC_ALL=C sort --ignore-case --unique "$words") "$words" >/dev/null; then
    echo "$words is not sorted. The remedy: LC_ALL=C sort --ignore-case --unique --output=$words $words" >&2
    exit 1
fi
eng/checks/node_modules/.bin/cspell lint --config eng/checks/cspell.json --dot --no-progress --no-summary --show-suggestions
