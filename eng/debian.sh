# Source this file. Its functions install packages on Debian and its derivatives, without prompts.

as_root() {
    if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::http::Timeout=15 -o Acquire::Retries=0 "$@" </dev/null >/dev/null 2>&1
}

install_package() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    echo "Installing the Debian package $1"
    local install=(install -y --no-install-recommends "$1")
    apt "${install[@]}" || { apt update && apt "${install[@]}"; }
}
