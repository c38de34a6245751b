#!/bin/sh
# The browser tests: a real Chromium against a demo of its own, on a free port, in a folder of its own.
set -eu
cd "$(dirname "$0")/.."
. scripts/chromium.sh
export MIAOPU_CHROMIUM
folder=$(mktemp -d /tmp/miaopu-browser-XXXXXX)
chmod 755 "$folder"
port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
other=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export MIAOPU_DATA_DIR="$folder" MIAOPU_PORT="$port" MIAOPU_URL="http://127.0.0.1:$port" MIAOPU_OTHER_PORT="$other"
export MIAOPU_ALLOWED_ORIGINS="http://127.0.0.1:$other"
export MIAOPU_DEMO_APPLICANTS="${MIAOPU_DEMO_APPLICANTS:-4}"
.venv/bin/miaopu run > "$folder/run.log" 2>&1 &
server=$!
trap 'kill -INT $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
waited=0
until .venv/bin/python -c "import urllib.request; urllib.request.urlopen('$MIAOPU_URL/readyz')" 2>/dev/null; do
  if ! kill -0 $server 2>/dev/null || [ $waited -gt 900 ]; then cat "$folder/run.log"; exit 1; fi
  sleep 1; waited=$((waited + 1))
done
cd frontend && npx playwright test "$@"
