#!/bin/sh
# The browser tests: a real Chromium against a demo of its own, on a free port, in a folder of its own.
# The demo is built once (by scripts/demo-ahead.sh where that has run); a copy of it serves a second lane of tests,
# since going to a stage changes all of it.
# The lanes take turns: who is done takes the next part of the tests.
# Arguments (a spec, say) go to Playwright, and then one demo serves.
set -eu
cd "$(dirname "$0")/.."
. scripts/chromium.sh
# Backups of the demo would run beside the tests, which see how it says that there are none.
export MIAOPU_DEMO_BACKS_UP=false
export MIAOPU_CHROMIUM
. scripts/demo-place.sh
folder=$(new_place)
servers=""
trap 'kill -INT $servers 2>/dev/null || true; wait $servers 2>/dev/null || true; rm -rf "$folder"' EXIT

free_port() {
  .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

serve() { # folder: a demo that answers; sets address and other
  port=$(free_port)
  other=$(free_port)
  address="http://127.0.0.1:$port"
  MIAOPU_DATA_DIR="$1" MIAOPU_PORT="$port" MIAOPU_ALLOWED_ORIGINS="http://127.0.0.1:$other" \
    .venv/bin/miaopu run > "$1.log" 2>&1 &
  server=$!
  servers="$servers $server"
  waited=0
  until .venv/bin/python -c "import urllib.request; urllib.request.urlopen('$address/readyz')" 2>/dev/null; do
    if ! kill -0 $server 2>/dev/null || [ $waited -gt 900 ]; then cat "$1.log"; exit 1; fi
    sleep 1; waited=$((waited + 1))
  done
}

tests() { # address, other port, name, arguments: the tests against that demo
  MIAOPU_URL="$1" MIAOPU_OTHER_PORT="$2" sh -c 'name=$1; shift; cd frontend && exec npx playwright test --output "test-results/$name" "$@"' - "$3" $4
}

PARTS=6
lane() { # address, other port: the parts of the tests that nobody took yet
  wrong=0
  for part in $(seq $PARTS); do
    mkdir "$folder/part-$part" 2>/dev/null || continue
    tests "$1" "$2" "$part" "--shard=$part/$PARTS" || wrong=1
  done
  return $wrong
}

if [ -s "$AHEAD" ] && [ -d "$(cat "$AHEAD")/one" ]; then
  mv "$(cat "$AHEAD")/one" "$folder/one"
  rm -rf "$(cat "$AHEAD")" "$AHEAD"
else
  build_demo "$folder"
fi
if [ $# -gt 0 ]; then
  serve "$folder/one"
  tests "$address" "$other" one "$*"
  exit
fi
cp -a "$folder/one" "$folder/two"
serve "$folder/two"
lane "$address" "$other" > "$folder/two.out" 2>&1 &
second=$!
serve "$folder/one"
failed=0
lane "$address" "$other" || failed=1
wait $second || failed=1
cat "$folder/two.out"
exit $failed
