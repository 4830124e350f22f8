#!/usr/bin/env bash
# Builds the demo and runs it. Arguments go to `signalbox demo`.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v cargo >/dev/null || {
    echo "Rust is missing: install it with rustup (https://rustup.rs) and run 'make demo' again." >&2
    exit 1
}
command -v cc >/dev/null || {
    echo "A C compiler is missing (SQLite and the TLS library need one)."
    echo "Installing Debian's build-essential …"
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq && $sudo apt-get install -y -qq build-essential >/dev/null
}

if [ ! -x target/demo/signalbox ]; then
    echo "Building the demo: about 300 crates, once. Later starts take a moment."
fi
cargo build --quiet --profile demo -p signalbox --config 'term.progress.when="always"' \
    --config 'term.progress.width=80'
exec target/demo/signalbox demo ${DEMO_ARGS:-} "$@"
