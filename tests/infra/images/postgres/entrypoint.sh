#!/bin/bash
# The parts of the official image's entrypoint that the tests and the compose file rely on.
set -e
case "$1" in -*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    initdb -D "$PGDATA" -U "$user" -A scram-sha-256 --auth-local=trust --no-sync -E UTF8 \
        --pwfile=<(echo "${POSTGRES_PASSWORD:?}") >/dev/null
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -w -o "-c listen_addresses='' -c fsync=off" start >/dev/null
    [ "$database" = postgres ] || psql -qU "$user" -d postgres -c "CREATE DATABASE \"$database\""
    for script in /docker-entrypoint-initdb.d/*; do
        case "$script" in
            *.sql) psql -v ON_ERROR_STOP=1 -qU "$user" -d "$database" -f "$script" ;;
            *.sh) bash "$script" ;;
        esac
    done
    pg_ctl -D "$PGDATA" -w -m fast stop >/dev/null
    echo "PostgreSQL init process complete; ready for start up."
fi
if [ "$1" = postgres ]; then
    shift
    set -- postgres -c listen_addresses='*' "$@"
fi
exec "$@"
