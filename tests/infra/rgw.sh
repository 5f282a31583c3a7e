#!/bin/bash
# An S3 endpoint from Debian's packages: one Ceph monitor, one store and radosgw, all under DIR, any user, no systemd.
# usage: rgw.sh start DIR PORT [ACCESS SECRET [BIND]]   start and return
#        rgw.sh run   DIR PORT [ACCESS SECRET [BIND]]   start and stay (the container's command)
#        rgw.sh stop|kill DIR
# STORE=memstore (default) starts empty each time; STORE=bluestore keeps what DIR holds. Takes PORT..PORT+40.
set -eu
op=$1 dir=$2
export CEPH_CONF=$dir/ceph.conf

alive() { ps -o stat= "$@" | grep -qv '^Z'; } # a dead process may stay in the table until its parent looks

end() { # signal every process and wait until they are gone
    local pids
    [ -e "$dir/run/pids" ] || return 0
    pids=$(xargs <"$dir/run/pids")
    # shellcheck disable=SC2086
    kill "-$1" $pids 2>/dev/null || true
    for _ in $(seq 100); do
        alive -p "$pids" || return 0
        sleep 0.1
    done
    [ "$1" = KILL ] || end KILL
}

case "$op" in
    stop) end TERM; exit 0 ;;
    kill) end KILL; exit 0 ;;
esac

port=$3 access=${4:-minioadmin} secret=${5:-minioadmin} bind=${6:-127.0.0.1} store=${STORE:-memstore}
mon_port=$((port + 1))
fresh=true
if [ "$store" = bluestore ] && [ -e "$dir/ready" ]; then fresh=false; fi

if $fresh; then
    rm -rf "${dir:?}"
    mkdir -p "$dir"/{mon,osd,rgw,run,log}
    fsid=$(cat /proc/sys/kernel/random/uuid)
    osd_id=$(cat /proc/sys/kernel/random/uuid)
    cat >"$CEPH_CONF" <<X
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$mon_port]
mon initial members = a
public addr = 127.0.0.1
ms bind port min = $((port + 2))
ms bind port max = $((port + 40))
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
run dir = $dir/run
log file = $dir/log/\$name.log
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
crash dir = $dir/log
paxos propose interval = 0.05
paxos min wait = 0.01
mon pg warn min per osd = 0
mon data avail crit = 1
mon warn on pool no redundancy = false
mon max pg per osd = 1000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = $store
memstore device bytes = 8589934592
bluestore block size = 21474836480
bluestore fsck on mount = false
osd memory target = 939524096
osd data = $dir/osd
mon data = $dir/mon
rgw data = $dir/rgw
rgw frontends = beast endpoint=$bind:$port
rgw enable apis = s3
rgw thread pool size = 64
rgw enable usage log = false
rgw enable ops log = false
rgw gc obj min wait = 5
rgw gc processor period = 5
X
    monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port]" "$dir/monmap" >/dev/null
    ceph-mon -i a --mkfs --monmap "$dir/monmap" >"$dir/log/mkfs" 2>&1
fi

: >"$dir/run/pids"
daemon() { # NAME COMMAND…
    local name=$1
    shift
    if [ "$op" = run ]; then "$@" >"$dir/log/$name.out" 2>&1 & else setsid "$@" >"$dir/log/$name.out" 2>&1 </dev/null & fi
    echo $! >>"$dir/run/pids"
}

daemon mon ceph-mon -i a -f
if $fresh; then
    timeout 60 ceph osd new "$osd_id" >/dev/null
    ceph-osd -i 0 --mkfs --osd-uuid "$osd_id" >>"$dir/log/mkfs" 2>&1
fi
daemon osd ceph-osd -i 0 -f
if $fresh; then
    timeout 120 radosgw-admin user create --uid=s3 --display-name=s3 --max-buckets=100000 \
        --access-key="$access" --secret-key="$secret" >"$dir/log/user.out" 2>&1
    touch "$dir/ready"
fi
daemon rgw radosgw -n client.rgw -f

for _ in $(seq 600); do
    curl -sf -o /dev/null "http://127.0.0.1:$port/" && break
    sleep 0.1
done
curl -sf -o /dev/null "http://127.0.0.1:$port/" || { tail -n 20 "$dir"/log/*.out >&2; end KILL; exit 1; }
echo "S3 ready: http://$access:$secret@$bind:$port"

if [ "$op" = run ]; then
    trap 'end TERM; exit 0' TERM INT
    wait -n || true
    end KILL
    exit 1
fi
