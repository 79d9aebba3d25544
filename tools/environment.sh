# Builds .venv for ./run and ./test; sourced by them. Says what it installs; the second time it
# only compares a stamp. Usage: prepare "" for what accord needs, prepare "[test]" with the tests';
# find_browser makes sure of a Chromium where that can be done, else says that tests skip.

find_python() {
  local tried="" name version
  for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
    [ -n "$name" ] || continue
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$name"
      return 0
    fi
    tried="$tried $name ($version)"
  done
  {
    echo "found:${tried:- no Python}"
    echo "wanted: Python 3.11 or later"
    echo "hint: install it, or name one with PYTHON=/path/to/python3.11 $0"
  } >&2
  return 2
}

prepare() {
  local extra="$1" python stamp wanted
  python=$(find_python) || exit 2
  wanted=$("$python" -c '
import hashlib, pathlib, sys
text = b"".join(pathlib.Path(name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
print(hashlib.sha256(text + sys.version.encode()).hexdigest())')
  stamp=".venv/installed${extra:+-test}"
  if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "found: $python without venv; wanted: a Python that can make environments" >&2
    echo "hint: on Debian and Ubuntu, apt install python3-venv" >&2
    exit 2
  fi
  echo "installing accord$extra into .venv, with the versions of constraints.txt …" >&2
  if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    rm -rf .venv
    "$python" -m venv .venv
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint constraints.txt --editable ".$extra"
  echo "$wanted" > "$stamp"
  [ -z "$extra" ] || echo "$wanted" > .venv/installed
}

find_browser() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
      return 0
    fi
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium with apt-get, for the tests in a browser …" >&2
    if apt-get update -qq >/dev/null &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null &&
      command -v chromium >/dev/null; then
      return 0
    fi
  fi
  {
    echo "found: none of chromium, chromium-browser, google-chrome"
    echo "wanted: one of them, for the tests in a browser, which are skipped now"
    echo "hint: on Debian and Ubuntu, as root: apt-get install chromium"
  } >&2
}
