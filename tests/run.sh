#!/bin/bash
# Runs the tests, on real servers, from a bare machine: installs what is missing, starts a Docker engine where none
# answers, builds images where none can be pulled, builds the solution, runs every tests/*.Tests project.
# usage: tests/run.sh [Catalog.Tests …]        only those projects (and only they are built)
#   LCP_TEST_PARALLEL=2   projects at a time     LCP_TEST_PROJECT_MINUTES=35   the most that one project may take
# The last line is "N passed, N failed"; a skipped test, a crash and a project without tests count as failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
run=run-$$
work=$(mktemp -d)
chmod 755 "$work"
dockerd_pid='' tests_pid=''
native=false
passed=0 failed=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LCP_TEST_RUN=$run
export LCP_TEST_PROJECT_MINUTES=${LCP_TEST_PROJECT_MINUTES:-35}

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

clean_up() {
    trap - EXIT INT TERM
    {
        if [ -n "$tests_pid" ]; then
            pkill -P "$tests_pid"
            kill "$tests_pid"
        fi
        for sid in "$work"/*.sid; do [ -e "$sid" ] && pkill -KILL -s "$(cat "$sid")"; done
        if $native; then
            for script in pg rmq rgw; do bash "tests/infra/$script.sh" stop "$work/$script"; done
        else
            docker ps -aq --filter "label=laichau.testing=$run" | xargs -r docker rm -f -v
        fi
        if [ -n "$dockerd_pid" ]; then
            kill "$dockerd_pid"
            wait "$dockerd_pid"
        fi
        rm -rf "$work"
    } >/dev/null 2>&1
}

finish() {
    clean_up
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

give_up() {
    say "$*"
    failed=$((failed + 1))
    finish
}
trap 'give_up interrupted' INT TERM
trap finish EXIT

# ---- what the machine must have ----

has_chromium() { [ -n "${LCP_TEST_CHROMIUM:-}" ] || [ -x /usr/bin/chromium ] || [ -x /usr/bin/google-chrome ]; }

install() {
    local missing=("$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "missing on this machine (Debian's package names): ${missing[*]}"
        return 1
    fi
    say "installing ${missing[*]}"
    # RUNLEVEL: packages must not start their services.
    { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive timeout 900 \
        apt-get install -qqy --no-install-recommends "${missing[@]}"; } >"$work/apt.log" 2>&1 \
        || { tail -20 "$work/apt.log"; return 1; }
}

engine_answers() { timeout 20 docker version --format '{{.Server.APIVersion}}' 2>/dev/null; }

start_engine() {
    local i
    [ "$(id -u)" = 0 ] && command -v dockerd >/dev/null || return 1
    say "starting dockerd"
    dockerd >"$work/dockerd.log" 2>&1 &
    dockerd_pid=$!
    for i in $(seq 60); do
        [ -n "$(engine_answers)" ] && return 0
        kill -0 "$dockerd_pid" 2>/dev/null || break
        sleep 0.5
    done
    say "no Docker engine can run here: $(tail -1 "$work/dockerd.log")"
    kill "$dockerd_pid" 2>/dev/null
    dockerd_pid=''
    return 1
}

command -v dotnet >/dev/null || give_up "the .NET SDK 10 is missing"
packages=()
need() { command -v "$1" >/dev/null || packages+=("$2"); } # COMMAND PACKAGE
need curl curl
need pkill procps
need strace strace
need ip iproute2
need mkfs.ext4 e2fsprogs
need faketime faketime
need avahi-daemon avahi-daemon
need avahi-browse avahi-utils
need npm npm
need nginx nginx-light
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
has_chromium || packages+=(chromium fonts-dejavu-core)
if [ -z "$(engine_answers)" ]; then
    need dockerd docker.io
    need iptables iptables
fi
install "${packages[@]}" || give_up "cannot run the tests without them"

# ---- servers ----

if [ -z "$(engine_answers)" ] && ! start_engine; then
    native=true
    install postgresql rabbitmq-server ceph-mon ceph-osd radosgw || give_up "neither Docker nor native servers can be had"
else
    DOCKER_API_VERSION=$(engine_answers)
    export DOCKER_API_VERSION
fi

choose_images() {
    local name official
    for name in POSTGRES=postgres:17 RABBITMQ=rabbitmq:4-management S3=minio/minio; do
        official=${name#*=} name=LCP_TEST_${name%%=*}_IMAGE
        [ -z "${!name:-}" ] || continue
        if docker image inspect "$official" >/dev/null 2>&1 || timeout 600 docker pull -q "$official" >/dev/null 2>&1; then
            export "$name=$official"
        else
            local_images=true
        fi
    done
    ${local_images:-false} || return 0
    say "official images cannot be had: local ones stand in"
    timeout 1200 tests/infra/build-images.sh || return 1
    export LCP_TEST_POSTGRES_IMAGE=${LCP_TEST_POSTGRES_IMAGE:-local/postgres:15}
    export LCP_TEST_RABBITMQ_IMAGE=${LCP_TEST_RABBITMQ_IMAGE:-local/rabbitmq:3.10}
    export LCP_TEST_S3_IMAGE=${LCP_TEST_S3_IMAGE:-local/s3:16}
    export LCP_TEST_ASPNET_IMAGE=${LCP_TEST_ASPNET_IMAGE:-local/aspnet:10.0}
    export TESTCONTAINERS_RYUK_DISABLED=true
}

container() { # NAME PORT DOCKER-RUN-ARGUMENTS…
    docker run --detach --label "laichau.testing=$run" --name "laichau-$run-$1" --publish "127.0.0.1::$2" "${@:3}" >/dev/null
}

address() { docker port "laichau-$run-$1" "$2" | head -1; }

until_ready() { # NAME COMMAND…
    local i name=$1
    shift
    for i in $(seq 180); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.5
    done
    say "$name does not become ready"
    return 1
}

free_ports() { # 50 in a row that nobody listens on
    local port i
    while true; do
        port=$((20000 + RANDOM % 240 * 50))
        for i in 0 1 2 3 20 40; do
            if (: <"/dev/tcp/127.0.0.1/$((port + i))") 2>/dev/null; then continue 2; fi
        done
        echo "$port"
        return
    done
}

start_containers() {
    local s3=()
    case "$LCP_TEST_S3_IMAGE" in *minio*) s3=(server /data) ;; esac
    container postgres 5432 -e POSTGRES_PASSWORD=postgres "$LCP_TEST_POSTGRES_IMAGE" \
        -c fsync=off -c full_page_writes=off -c max_connections=500 \
        && container rabbitmq 5672 -p 127.0.0.1::15672 -e RABBITMQ_DEFAULT_USER=test -e RABBITMQ_DEFAULT_PASS=test \
            "$LCP_TEST_RABBITMQ_IMAGE" \
        && container s3 9000 -e MINIO_ROOT_USER=minioadmin -e MINIO_ROOT_PASSWORD=minioadmin "$LCP_TEST_S3_IMAGE" "${s3[@]}"
}

containers_ready() {
    local postgres management s3
    postgres=$(address postgres 5432)
    management=$(address rabbitmq 15672)
    s3=$(address s3 9000)
    until_ready PostgreSQL docker exec "laichau-$run-postgres" pg_isready -h 127.0.0.1 -U postgres \
        && until_ready RabbitMQ curl -sf -u test:test "http://$management/api/overview" \
        && until_ready S3 curl -s "http://$s3/" || return 1
    export LCP_TEST_POSTGRES="Host=127.0.0.1;Port=${postgres##*:};Username=postgres;Password=postgres;Database=postgres"
    LCP_TEST_RABBITMQ=amqp://test:test@$(address rabbitmq 5672)/
    export LCP_TEST_RABBITMQ LCP_TEST_RABBITMQ_MANAGEMENT=http://$management
    export LCP_TEST_S3=http://minioadmin:minioadmin@$s3
}

start_native() {
    local port
    say "starting PostgreSQL, RabbitMQ and S3 natively"
    export LCP_TEST_NATIVE=true
    port=$(free_ports)
    LCP_TEST_POSTGRES=$(bash tests/infra/pg.sh start "$work/pg" "$port") || return 1
    port=$(free_ports)
    LCP_TEST_RABBITMQ=$(bash tests/infra/rmq.sh start "$work/rmq" "$port") || return 1
    LCP_TEST_RABBITMQ_MANAGEMENT=http://127.0.0.1:$((port + 3))
    port=$(free_ports)
    bash tests/infra/rgw.sh start "$work/rgw" "$port" >/dev/null || return 1
    LCP_TEST_S3=http://minioadmin:minioadmin@127.0.0.1:$port
    export LCP_TEST_POSTGRES LCP_TEST_RABBITMQ LCP_TEST_RABBITMQ_MANAGEMENT LCP_TEST_S3
}

if $native; then
    start_native || give_up "the servers do not start"
else
    choose_images || give_up "the images cannot be built"
    start_containers || give_up "the containers do not start"
fi

# ---- build ----

projects=("$@")
if [ $# -eq 0 ]; then
    for project in tests/*.Tests; do projects+=("${project#tests/}"); done
    targets=(LaiChau.Platform.sln)
else
    targets=("${projects[@]/#/tests/}")
fi
for target in "${targets[@]}"; do
    [ -e "$target" ] || give_up "there is no $target"
    say "building $target"
    timeout 1200 dotnet build "$target" -v q -nologo -clp:NoSummary >"$work/build.log" 2>&1 || {
        grep -E 'error|warning' "$work/build.log" | sort -u | head -30
        [ -s "$work/build.log" ] && tail -3 "$work/build.log"
        give_up "$target does not build"
    }
done
# Compiled ahead, which takes minutes: they are not taken off those of the tests.
build_package() {
    timeout 1200 deploy/agent/build.sh linux-x64 && timeout 600 tests/infra/build-images.sh systemd
}
case "$native ${projects[*]} " in
    "false "*" Install.Tests "* | "false Install.Tests "*)
        say "building the agent's package"
        build_package >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; give_up "it cannot be built"; }
        ;;
esac
if ! $native; then containers_ready || give_up "the servers do not answer"; fi

# ---- tests ----

# shellcheck disable=SC2317  # called through xargs
one_project() { # NAME WORK; leaves its counts in WORK/NAME.count
    local name=$1 work=$2 log started=$SECONDS code total passed failed skipped
    mkdir -p "TestResults/$name"
    log=TestResults/$name/run.log
    # A session of its own, so that nothing it started outlives it.
    # shellcheck disable=SC2016
    setsid --wait bash -c 'echo $$ >"$1"; shift; exec "$@"' - "$work/$name.sid" \
        timeout --kill-after=20 "${LCP_TEST_PROJECT_MINUTES}m" \
        dotnet test --project "tests/$name" --no-build --no-progress --no-ansi --output Detailed >"$log" 2>&1 </dev/null
    code=$?
    pkill -KILL -s "$(cat "$work/$name.sid")" 2>/dev/null
    rm -f "$work/$name.sid"
    count() { sed -n "s/^ *$1: \([0-9]*\)\$/\1/p" "$log" | tail -1; }
    total=$(count total) passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)
    passed=${passed:-0} failed=$((${failed:-0} + ${skipped:-0}))
    local note=''
    if [ "$code" = 124 ] || [ "$code" = 137 ]; then
        note=", not finished after $LCP_TEST_PROJECT_MINUTES minutes"
    elif [ "${total:-0}" = 0 ]; then
        note=", no test ran"
    elif [ "$code" != 0 ] && [ "$failed" = 0 ]; then
        note=", ended with code $code"
    fi
    [ -z "$note" ] || failed=$((failed + 1))
    unfinished() { # tests without a verdict in the log
        timeout 120 dotnet test --project "tests/$name" --no-build --no-ansi --list-tests 2>/dev/null </dev/null \
            | sed -n 's/^  //p' \
            | grep -vxF -f <(sed -nE 's/^(passed|failed|skipped) (.*) \([0-9a-z ]+\)$/\2/p' "$log") \
            | head -20 | sed 's/^/    unfinished: /'
    }
    echo "$passed $failed" >"$work/$name.count"
    {
        echo "$name: $passed passed, $failed failed$note ($((SECONDS - started)) s)"
        if [ "$failed" != 0 ]; then
            # Each failure's name, message and where.
            awk '
                /^(failed|skipped) / { left = 10 }
                /^[^ ]/ && !/^(failed|skipped) / { left = 0 }
                /^  from |^    at (System\.|InvokeStub)|^    ---/ { next }
                left-- > 0 { print "    " substr($0, 1, 200) }
            ' "$log" | head -100
            if [ -n "$note" ]; then
                unfinished
                grep -v '^$' "$log" | tail -12 | cut -c1-200 | sed 's/^/    | /'
            fi
            echo "    all of it: $log"
        fi
    } >"$work/$name.out"
    cat "$work/$name.out"
}
export -f one_project

run_projects() { # PARALLEL NAMES…
    local parallel=$1
    shift
    [ $# -gt 0 ] || return 0
    # shellcheck disable=SC2016
    printf '%s\n' "$@" | xargs -P "$parallel" -I{} bash -c 'one_project "$1" "$2"' - {} "$work" &
    tests_pid=$!
    wait "$tests_pid"
    tests_pid=''
}

beside=() alone=()
for project in "${projects[@]}"; do
    # The whole system at once wants the machine for itself.
    if [ "$project" = System.Tests ]; then alone+=("$project"); else beside+=("$project"); fi
done
say "running ${#projects[@]} projects"
run_projects "${LCP_TEST_PARALLEL:-2}" "${beside[@]}"
run_projects 1 "${alone[@]}"

for project in "${projects[@]}"; do
    if read -r good bad <"$work/$project.count"; then
        passed=$((passed + good)) failed=$((failed + bad))
    else
        failed=$((failed + 1))
    fi
done
say "done"
finish
