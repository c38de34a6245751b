# Finds a Chromium, or installs one: Debian's package where we may, else the one Playwright brings. Sets MIAOPU_CHROMIUM.
find_chromium() {
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" > /dev/null 2>&1; then command -v "$name"; return 0; fi
  done
  find "${HOME:-/root}/.cache/ms-playwright" -type f \( -name chrome -o -name headless_shell \) 2>/dev/null | head -n 1 | grep .
}
MIAOPU_CHROMIUM=${MIAOPU_CHROMIUM:-$(find_chromium || true)}
if [ -z "$MIAOPU_CHROMIUM" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
    apt-get update -qq > /dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk > /dev/null
  else
    (cd frontend && npx playwright install chromium)
  fi
  MIAOPU_CHROMIUM=$(find_chromium)
fi
