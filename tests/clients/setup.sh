#!/bin/sh
# Puts the official clients that the tests use into a directory: setup.sh DIRECTORY
#
# Makes DIRECTORY/venv (Python packages of python/requirements.txt) and DIRECTORY/node (npm
# packages of node/package-lock.json). A second run with the same lists does nothing.
set -eu

target=${1:?"usage: setup.sh DIRECTORY"}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$target/node"
target=$(cd "$target" && pwd)

# Unpacking `python3 -m venv` and pip takes seconds, so compare first.
stamp=$(cat "$here/python/requirements.txt" "$here/node/package.json" \
    "$here/node/package-lock.json" "$here/setup.sh" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$target/stamp" 2>/dev/null || true)" = "$stamp" ]; then
    exit 0
fi
rm -f "$target/stamp"

for tool in python3 node npm; do
    command -v "$tool" >/dev/null || {
        echo "setup.sh: $tool is missing (Debian: apt-get install python3-venv nodejs npm)" >&2
        exit 1
    }
done

echo "Installing the official Python client into $target/venv"
rm -rf "$target/venv"
python3 -m venv "$target/venv"
"$target/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    --requirement "$here/python/requirements.txt"

echo "Installing the official Node clients into $target/node"
cp "$here/node/package.json" "$here/node/package-lock.json" "$here/node/.npmrc" "$target/node/"
(cd "$target/node" && npm ci --loglevel=error --ignore-scripts >/dev/null)

echo "$stamp" >"$target/stamp"
