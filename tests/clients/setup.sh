#!/bin/sh
# Puts the official clients that the tests use into a directory: setup.sh DIRECTORY
#
# Makes DIRECTORY/venv (Python packages of python/requirements.txt) and DIRECTORY/node (npm
# packages of node/package-lock.json), and DIRECTORY/browser: the checks of tests/browser beside
# what they need. A second run with the same lists installs nothing.
set -eu

target=${1:?"usage: setup.sh DIRECTORY"}
here=$(cd "$(dirname "$0")" && pwd)
checks=$here/../browser
mkdir -p "$target/node" "$target/browser"
target=$(cd "$target" && pwd)

# Node looks for packages beside the file that asks, so the checks go where the packages are.
# They change more often than the packages do.
rm -f "$target"/browser/*.mjs
cp "$checks"/*.mjs "$target/browser/"

# Unpacking `python3 -m venv` and pip takes seconds, so compare first.
stamp=$(cat "$here/python/requirements.txt" "$here/node/package.json" \
    "$here/node/package-lock.json" "$checks/package.json" "$checks/package-lock.json" \
    "$here/setup.sh" | sha256sum | cut -d' ' -f1)
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

echo "Installing what the browser checks need into $target/browser"
cp "$checks/package.json" "$checks/package-lock.json" "$checks/.npmrc" "$target/browser/"
(cd "$target/browser" && npm ci --loglevel=error --ignore-scripts >/dev/null)

echo "$stamp" >"$target/stamp"
