#!/usr/bin/env bash
# Prepares a fresh machine: system packages (installed when root, named when not), then .venv from the hashed lock.
#   setup.sh install | setup.sh peers | setup.sh postgresql | setup.sh old-linux | setup.sh display | setup.sh lock
set -euo pipefail
cd "$(dirname "$0")/.."

# Qt's xcb platform needs these; xvfb, xdotool, poppler-utils and p7zip-full serve the tests, binutils and xz-utils
# `make dist`.
PACKAGES=(python3-venv libegl1 libgl1 libopengl0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon0
  libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0
  libxcb-render-util0 libxcb-shape0 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 xvfb xdotool poppler-utils p7zip-full
  binutils xz-utils)

# What `make test-postgresql` starts a scratch server of.
SERVER=(postgresql)

# What benchmarks/pdf.py measures itself against, besides benchmarks/peers.lock.
PEERS=(libreoffice-writer-nogui libreoffice-base-nogui libreoffice-base-drivers python3-uno)

# What tools/old_linux builds and tries with: a chroot, and a screen with a window manager and hands.
OLD_LINUX=(debootstrap debian-archive-keyring binutils xvfb openbox xdotool xclip imagemagick poppler-utils desktop-file-utils)

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    # A Python that brings its own venv module needs no python3-venv.
    if [ "$package" = python3-venv ] && python3 -c 'import ensurepip, venv' 2>/dev/null; then continue; fi
    dpkg -s "$package" >/dev/null 2>&1 || echo "$package"
  done
}

system_packages() {
  command -v dpkg >/dev/null || { echo "Not a Debian system: install the equivalents of: ${PACKAGES[*]}"; return; }
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "These system packages are missing; ask an administrator to run:"
    echo "  apt-get install --no-install-recommends ${missing[*]}"
    echo "The command line works without them; the window, some tests and the benchmarks' peers do not."
  fi
}

python_of_choice() {
  local candidate
  for candidate in python3.11 python3 python3.12 python3.13; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$candidate"; return
    fi
  done
  echo "Python 3.11 or newer is needed." >&2; exit 1
}

case "${1:-install}" in
  install)
    system_packages
    "$(python_of_choice)" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    touch .venv/.installed
    ;;
  peers)
    PACKAGES=("${PEERS[@]}")
    system_packages
    "$(python_of_choice)" -m venv .venv-peers
    .venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/peers.lock
    touch .venv-peers/.installed
    ;;
  old-linux)
    PACKAGES=("${OLD_LINUX[@]}")
    system_packages
    ;;
  postgresql)
    PACKAGES=("${SERVER[@]}")
    system_packages
    ;;
  display)
    if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
      echo "No display: start it on a desktop, or try it with  xvfb-run -s '-screen 0 1366x768x24' make run" >&2
      exit 1
    fi
    ;;
  lock)
    python3 -m venv .venv-lock
    .venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
    flags=(
      --universal
      --generate-hashes
      --no-emit-index-url
      --no-header
    )
    .venv-lock/bin/uv pip compile "${flags[@]}" --python-version 3.11 requirements-dev.in -o requirements.lock
    .venv-lock/bin/uv pip compile "${flags[@]}" --python-version 3.11 benchmarks/peers.in -o benchmarks/peers.lock
    rm -rf .venv-lock
    ;;
  *) echo "usage: setup.sh install|peers|postgresql|old-linux|display|lock" >&2; exit 2 ;;
esac
