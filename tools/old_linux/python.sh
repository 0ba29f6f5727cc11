#!/usr/bin/env bash
# Inside the old Debian: builds SQLite and CPython 3.11 from the next release's own source packages into /opt/python.
#   python.sh SUITE SOURCES JOBS      SOURCES: what the release lacks, unpacked here and checked by apt's signatures
set -euo pipefail
suite=$1 sources=$2 jobs=$3
prefix=/opt/python
here=$(cd "$(dirname "$0")" && pwd)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

[ -x $prefix/bin/python3.11 ] && [ -e $prefix/.complete ] && { echo "Python is there: $($prefix/bin/python3.11 -V)"; exit 0; }

rm -rf $prefix
# The corrections of both releases; of the newer one only sources, because its packages would bring its glibc.
read -r _ mirror old _ < <(grep '^deb ' /etc/apt/sources.list)
cat > /etc/apt/sources.list.d/more.list <<LIST
deb $mirror-security $old-security main
deb-src $mirror $suite main
deb-src $mirror-security $suite-security main
LIST
apt-get update -q
apt-get upgrade -y -q
apt-get install -y -q --no-install-recommends gcc libc6-dev make dpkg-dev patch xz-utils binutils pkg-config tcl \
  libssl-dev zlib1g-dev libbz2-dev liblzma-dev libffi-dev uuid-dev libexpat1-dev

mkdir -p "$sources" && cd "$sources"
# The newest that can be had: an index may be ahead of its files.
fetch() {
  local version
  rm -rf "$1" && mkdir "$1" && cd "$1"
  for version in $(apt-cache showsrc --only-source "$1" | awk '/^Version:/ {print $2}' | sort -urV); do
    apt-get source -q --only-source --download-only "$1=$version" && break
    rm -f ./*
  done
  dpkg-source -x ./*.dsc source
}
for package in sqlite3 python3.11; do (fetch $package); done

old_glibc="-include $here/glibc228.h"
if ! dpkg -s libsqlite3-0 >/dev/null 2>&1; then
  cd "$sources/sqlite3/source"
  ./configure --prefix=/usr --libdir=/usr/lib/x86_64-linux-gnu --disable-static --disable-readline --disable-tcl \
    CFLAGS="-O2 $old_glibc -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_COLUMN_METADATA"
  make -j"$jobs"
  # As a package of its own, so that the bill of materials names it like every other library of the system.
  package=$sources/sqlite3/package
  make install DESTDIR="$package"
  install -D -m 644 debian/copyright "$package/usr/share/doc/libsqlite3-0/copyright"
  mkdir "$package/DEBIAN"
  printf '%s\n' "Package: libsqlite3-0" "Version: $(dpkg-parsechangelog -S Version)" "Architecture: amd64" \
    "Multi-Arch: same" "Maintainer: none" "Description: SQLite, built for an older release" > "$package/DEBIAN/control"
  dpkg-deb --build --root-owner-group "$package" ../libsqlite3-0.deb
  dpkg -i ../libsqlite3-0.deb
fi

cd "$sources/python3.11/source"
# A function of glibc 2.30 that Python can do without.
export ac_cv_func_sem_clockwait=no
# Debian builds this module into the interpreter, where it may ask for headers of the core.
sed -i '1i #define Py_BUILD_CORE_MODULE 1' Modules/pyexpat.c
# Profile-guided builds take four times as long; PGO=1 makes one.
optimised=()
[ "${PGO:-0}" = 1 ] && optimised=(--enable-optimizations)
./configure --prefix=$prefix --enable-shared --without-static-libpython --without-ensurepip --without-readline \
  --with-system-expat \
  "${optimised[@]}" CFLAGS_NODIST="$old_glibc -fno-semantic-interposition" \
  LDFLAGS_NODIST="-fno-semantic-interposition" LDFLAGS="-Wl,-rpath,$prefix/lib"
make -j"$jobs" && make install
$prefix/bin/python3.11 - <<'CHECK'
import bz2, ctypes, hashlib, lzma, pyexpat, sqlite3, ssl, uuid, zlib
assert sqlite3.sqlite_version_info >= (3, 40), sqlite3.sqlite_version
sqlite3.connect(":memory:").execute("select json('[]'), sqrt(4)")
print("SQLite", sqlite3.sqlite_version, "·", ssl.OPENSSL_VERSION, "·", pyexpat.EXPAT_VERSION)
CHECK
touch $prefix/.complete
