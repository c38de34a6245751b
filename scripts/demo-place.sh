# Where the demo of the browser tests is built, and how.
# In memory where there is the room: going to a stage copies a whole database.
AHEAD=var/browser-demo
export MIAOPU_DEMO_APPLICANTS="${MIAOPU_DEMO_APPLICANTS:-4}"

new_place() { # prints a folder of its own
  place=/tmp
  if [ "$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')" -gt 6000000 ] 2>/dev/null; then place=/dev/shm; fi
  made=$(mktemp -d "$place/miaopu-browser-XXXXXX")
  chmod 755 "$made"
  echo "$made"
}

build_demo() { # folder: the demo in its `one`
  mkdir -m 755 "$1/one"
  MIAOPU_DATA_DIR="$1/one" .venv/bin/miaopu demo > "$1/demo.log" 2>&1 || { cat "$1/demo.log"; exit 1; }
}
