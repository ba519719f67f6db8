# To be sourced in the root of the repository: installs the programs of eng/checks/package-lock.json.

if [[ ! eng/checks/node_modules/.package-lock.json -nt eng/checks/package-lock.json ]]; then
    command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later (https://nodejs.org).' >&2; exit 1; }
    npm ci --prefix eng/checks --no-audit --no-fund --ignore-scripts --loglevel error >/dev/null ||
        { echo "The programs of eng/checks could not be downloaded: try again when npm can reach its registry." >&2; exit 1; }
    touch eng/checks/node_modules/.package-lock.json
fi
