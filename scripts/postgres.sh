#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own on a free port, and stops it afterwards.
# Usage: scripts/postgres.sh COMMAND…   (SIGNALBOX_TEST_POSTGRES holds the server's URL)
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
dir=$(mktemp -d /tmp/signalbox-postgres.XXXXXX)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

# PostgreSQL refuses to run as root; Debian's package brings a user for it.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
[ "$(id -u)" != 0 ] || chown postgres "$dir"
stop() {
    as_postgres "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap stop EXIT

(
    cd /tmp
    as_postgres "$bin/initdb" -D "$dir/data" -U signalbox -A trust >/dev/null
    as_postgres "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
        -o "-p $port -k $dir -c listen_addresses=127.0.0.1 -c max_connections=200" start >/dev/null
)
SIGNALBOX_TEST_POSTGRES="postgres://signalbox@127.0.0.1:$port/postgres" "$@"
