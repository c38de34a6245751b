#!/bin/sh
# The demo of the browser tests, small, built into a new folder. Argument: the folder.
set -eu
cd "$(dirname "$0")/.."
mkdir -m 755 "$1"
export MIAOPU_DEMO_APPLICANTS="${MIAOPU_DEMO_APPLICANTS:-4}"
MIAOPU_DATA_DIR="$1" .venv/bin/miaopu demo > "$1.build" 2>&1 || { cat "$1.build"; exit 1; }
