#!/usr/bin/env bash
# A scratch PostgreSQL for the tests: in a temporary folder, on a socket only, gone when the command ends.
#   postgresql.sh run COMMAND…   sets GREENLADDER_POSTGRES (the address of an empty database) for the command
# The Debian package is `postgresql`. The server refuses to run as root, and then runs as the user `postgres`.
set -euo pipefail

[ "${1:-}" = run ] && [ $# -ge 2 ] || { echo "usage: postgresql.sh run COMMAND…" >&2; exit 2; }
shift

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$programs" ] || programs=$(dirname "$(command -v pg_ctl || true)")
if [ ! -x "$programs/initdb" ]; then
  echo "PostgreSQL is not installed; the Debian package is postgresql (tools/setup.sh postgresql)." >&2; exit 1
fi

folder=$(mktemp -d)
as_server() { (cd "$folder" && "$@"); }
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  chmod 755 "$folder"
  as_server() { (cd "$folder" && setpriv --reuid postgres --regid postgres --init-groups "$@"); }
fi
end() {
  as_server "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

as_server "$programs/initdb" -D "$folder/data" -U greenladder -A trust -E UTF8 --locale=C --no-sync >/dev/null
# Nothing here has to outlive a power cut, so nothing waits for the disk.
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
autovacuum = off
jit = off
CONF
as_server "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w start >/dev/null
as_server "$programs/createdb" -h "$folder" -U greenladder scratch

export GREENLADDER_POSTGRES="postgresql+psycopg://greenladder@/scratch?host=$folder"
# A server's words on what went wrong are worth keeping only when something did.
"$@" || { status=$?; grep -E 'PANIC|FATAL: .*(shared memory|too many)' "$folder/log" >&2 || true; exit "$status"; }
