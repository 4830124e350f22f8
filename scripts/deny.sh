#!/usr/bin/env bash
# Licences, bans and sources of the dependencies; installs cargo-deny when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v cargo-deny >/dev/null && [ ! -x target/tools/bin/cargo-deny ]; then
    echo "Installing cargo-deny (once, about four minutes) …"
    CARGO_TARGET_DIR=target/tools/build CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked --root target/tools cargo-deny
fi
PATH="$PWD/target/tools/bin:$PATH" cargo deny --log-level error --all-features check licenses bans sources
