#!/usr/bin/env bash
# Runs every test, with a PostgreSQL server of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy

runtime=${SIGNALBOX_CLIENTS:-target/clients}/node-runtime
[ ! -d "$runtime" ] || PATH="$runtime/bin:$PATH"

if cargo nextest --version >/dev/null 2>&1; then
    runner=(cargo nextest run --workspace)
else
    runner=(cargo test --quiet --workspace)
fi
INSTA_UPDATE=no scripts/postgres.sh "${runner[@]}" "$@"
