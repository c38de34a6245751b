#!/bin/sh
# The demo of the browser tests, built while one core has nothing to do; scripts/browser.sh takes it from where
# var/browser-demo says.
set -eu
cd "$(dirname "$0")/.."
. scripts/demo-place.sh
mkdir -p var
if [ -s "$AHEAD" ]; then rm -rf "$(cat "$AHEAD")" "$AHEAD"; fi
folder=$(new_place)
trap 'rm -rf "$folder"' INT TERM
build_demo "$folder"
echo "$folder" > "$AHEAD"
