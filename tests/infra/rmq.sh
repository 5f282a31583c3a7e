#!/bin/bash
# A private RabbitMQ node with its own epmd from Debian's packages, any user, no system service.
# usage: rmq.sh start DIR PORT | stop DIR | kill DIR     Started again, it keeps what DIR holds.
# Takes PORT (AMQP), PORT+1, PORT+2 and PORT+3 (management).
set -eu
op=$1 dir=$2

alive() { ps -o stat= "$@" | grep -qv '^Z'; } # a dead process may stay in the table until its parent looks

end() {
    local pid
    pid=$(cat "$dir/pid" 2>/dev/null) || return 0
    kill "-$1" -- "-$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        alive -s "$pid" || break
        sleep 0.1
    done
    kill "$(cat "$dir/epmd.pid")" 2>/dev/null || true
}

case "$op" in
    stop) end TERM; exit 0 ;;
    kill) end KILL; exit 0 ;;
esac

port=$3
mkdir -p "$dir/mnesia" "$dir/log"
cd "$dir"
export HOME=$dir LANG=C.UTF-8 ERL_EPMD_PORT=$((port + 2)) ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME=test$port@localhost RABBITMQ_DIST_PORT=$((port + 1))
export RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log RABBITMQ_LOGS=-
export RABBITMQ_CONFIG_FILE=$dir/rabbitmq RABBITMQ_ADVANCED_CONFIG_FILE=$dir/advanced.config
export RABBITMQ_CONF_ENV_FILE=$dir/env RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
export RABBITMQ_PID_FILE=$dir/erl.pid RABBITMQ_GENERATED_CONFIG_DIR=$dir/gen
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}'
touch env
echo "[rabbitmq_management]." >enabled_plugins
cat >rabbitmq.conf <<X
listeners.tcp.1 = 127.0.0.1:$port
default_user = test
default_pass = test
loopback_users = none
disk_free_limit.absolute = 50MB
log.console.level = info
management.tcp.ip = 127.0.0.1
management.tcp.port = $((port + 3))
X
epmd=$(command -v epmd || find /usr/lib/erlang -path '*/bin/epmd' | head -1)
setsid "$epmd" >epmd.log 2>&1 </dev/null &
echo $! >epmd.pid
setsid /usr/lib/rabbitmq/bin/rabbitmq-server >out.log 2>&1 </dev/null &
echo $! >pid
for _ in $(seq 600); do
    grep -q 'Server startup complete' out.log && break
    alive -p "$(cat pid)" || { tail -30 out.log >&2; exit 1; }
    sleep 0.1
done
echo "amqp://test:test@127.0.0.1:$port/"
