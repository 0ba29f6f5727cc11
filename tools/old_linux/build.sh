#!/usr/bin/env bash
# The program for old Linux desktops (UOS 20, Kylin V10): built in a Debian of their age, whose glibc is 2.31, so that
# it needs no newer one. Root is needed for the chroot. What takes long (Debian, Python, wheels) is kept for next time in
# build/old-linux, or in the folder that OLD_LINUX_CACHE names. The program itself is built without a network.
set -euo pipefail
cd "$(dirname "$0")/../.."
old=bullseye newer=bookworm
edition=兼容版
here=tools/old_linux
cache=${OLD_LINUX_CACHE:-$PWD/build/old-linux}
root=$cache/root
python=${PYTHON:-.venv/bin/python}

# What Qt asks an X11 desktop for; tools/bundle/spare.py says which of it is brought along as a spare only.
LIBRARIES=(libegl1 libgl1 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 libx11-6 libx11-xcb1 libxkbcommon0
  libxkbcommon-x11-0 libxcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0
  libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xkb1)

# What a desktop has of that: the second trial runs with these, and uses no spare.
DESKTOP=(libegl1 libgl1 libgl1-mesa-dri libegl-mesa0 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 libx11-6
  libx11-xcb1 libxcb1 xkb-data)

[ "$(id -u)" -eq 0 ] || { echo "make dist-old needs root: it builds in a chroot." >&2; exit 1; }
for tool in debootstrap unshare objdump; do
  command -v $tool >/dev/null || { echo "$tool is missing; run tools/setup.sh old-linux first." >&2; exit 1; }
done

# Runs a command inside; mounts vanish with it. inside [-n] COMMAND…: -n without a network
inside() {
  local flags=(--mount --pid --fork --kill-child)
  [ "$1" = -n ] && { flags+=(--net); shift; }
  unshare "${flags[@]}" sh -c 'mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; root=$1; shift
    exec chroot "$root" "$@"' sh "$root" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

step() { printf '\n== %s ==\n' "$*"; }

step "Debian $old"
mkdir -p "$cache"
if [ ! -e "$root/etc/debian_version" ]; then
  rm -rf "$root.new"
  debootstrap --variant=minbase $old "$root.new" >"$cache/debootstrap.log"
  mv "$root.new" "$root"
fi
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
mkdir -p "$root/build/tools" "$root/build/wheels"
cp $here/python.sh $here/glibc228.h "$root/build/tools/"

step "Python, of $newer's sources"
inside PGO="${PGO:-0}" /build/tools/python.sh $newer /build/sources "$(nproc)"
if ! inside dpkg -s "${LIBRARIES[@]}" >/dev/null 2>&1; then
  inside apt-get install -y -q --no-install-recommends "${LIBRARIES[@]}" >"$cache/libraries.log"
fi
inside ldd --version | sed -n 1p

step "Wheels: only such as run with glibc 2.28"
if ! cmp -s requirements.lock "$root/build/wheels/requirements.lock"; then
  platforms=(--platform manylinux2014_x86_64 --platform manylinux2010_x86_64 --platform manylinux1_x86_64)
  for minor in $(seq 28 -1 5); do platforms+=(--platform "manylinux_2_${minor}_x86_64"); done
  rm -rf "$root/build/wheels" && mkdir "$root/build/wheels"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    --python-version 3.11 --implementation cp --abi cp311 --abi abi3 --abi none "${platforms[@]}" \
    -r requirements.lock -d "$root/build/wheels" 2>"$cache/wheels.log" || { cat "$cache/wheels.log" >&2; exit 1; }
  inside -n /opt/python/bin/python3.11 -m venv --clear /build/venv
  cp requirements.lock "$root/build/requirements.lock"
  inside -n /build/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index \
    -f /build/wheels --require-hashes -r /build/requirements.lock
  cp requirements.lock "$root/build/wheels/"
fi
echo "highest wheel tag: $(ls "$root/build/wheels" | sed -n 's/.*-\([^-]*\)\.whl/\1/p' |
  while IFS= read -r tags; do tr . '\n' <<<"$tags" | grep -o 'manylinux_2_[0-9]*' | sort -V | head -n 1; done |
  sort -V | tail -n 1)"

step "The program as committed, without a network"
rm -rf "$root/build/src" && mkdir "$root/build/src"
git archive HEAD | tar -xf - -C "$root/build/src"
moment=$(git log -1 --format=%ct)
inside -n GREENLADDER_EDITION=$edition SOURCE_DATE_EPOCH="$moment" QT_QPA_PLATFORM=offscreen PYTHONPATH=/build/src \
  sh -c 'cd /build/src && exec /build/venv/bin/python tools/dist.py'
mkdir -p dist
rm -rf dist/*"-$edition" dist/*"-$edition.tar.xz"
name=$(basename "$root"/build/src/dist/*"-$edition")
cp -a "$root/build/src/dist/$name" "$root/build/src/dist/$name.tar.xz" dist/
(cd dist && sha256sum -- 绿阶-*.tar.xz > SHA256SUMS)

step "What it asks of the machine"
python3 $here/symbols.py "dist/$name" | tee "$cache/symbols.log"

step "Tried on a machine that has nothing"
PYTHONPATH=. "$python" $here/trial.py "dist/$name.tar.xz" "$cache"
step "Tried on a desktop of that age, with its own libraries"
PYTHONPATH=. "$python" $here/trial.py "dist/$name.tar.xz" "$cache" --with "${DESKTOP[@]}"
ls -lh "dist/$name.tar.xz"
