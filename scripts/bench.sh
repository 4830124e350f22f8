#!/usr/bin/env bash
# Prints every figure that the documents quote, in one run on one machine.
set -euo pipefail
cd "$(dirname "$0")/.."
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    scripts/postgres.sh cargo bench --quiet -p signalbox --bench figures
else
    cargo bench --quiet -p signalbox --bench figures
fi
