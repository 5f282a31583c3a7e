#!/bin/bash
# A private PostgreSQL server from Debian's packages, any user (it refuses root and runs as postgres then).
# usage: pg.sh start DIR PORT | stop DIR | kill DIR      Started again, it keeps what DIR holds.
set -eu
op=$1 dir=$2
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -1)
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi

alive() { ps -o stat= "$@" | grep -qv '^Z'; } # a dead process may stay in the table until its parent looks

case "$op" in
    stop) exec "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop ;;
    kill)
        # The postmaster and its children, as the kernel's own killer would take them.
        pid=$(head -1 "$dir/data/postmaster.pid" 2>/dev/null) || exit 0
        family=$(ps -o pid= --pid "$pid" --ppid "$pid" | xargs)
        [ -n "$family" ] || exit 0
        # shellcheck disable=SC2086
        kill -KILL $family 2>/dev/null || true
        while alive -p "$family"; do sleep 0.05; done
        rm -f "$dir/data/postmaster.pid"
        exit 0
        ;;
esac

port=$3
mkdir -p "$dir"
if [ ${#as[@]} -gt 0 ]; then chown postgres "$dir"; fi
cd "$dir"
[ -s data/PG_VERSION ] \
    || "${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/log" start >/dev/null -o "-p $port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off \
    -c max_connections=500 -c shared_buffers=64MB"
echo "Host=127.0.0.1;Port=$port;Username=postgres;Password=postgres;Database=postgres"
