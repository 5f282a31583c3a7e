#!/bin/bash
# Builds local/* images from Debian's packages and this machine's .NET runtime, for machines that reach a package
# mirror but no registry of images. An image whose sources did not change is left alone.
# usage: build-images.sh [postgres rabbitmq s3 aspnet systemd]   (default: all but systemd)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
label=laichau.sources
: "${DOCKER_API_VERSION:=$(docker version --format '{{.Server.APIVersion}}')}"
export DOCKER_API_VERSION DOCKER_BUILDKIT=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exec 9>"${TMPDIR:-/tmp}/laichau-images.lock"
flock 9

tag_of() {
    case "$1" in
        postgres) echo local/postgres:15 ;;
        rabbitmq) echo local/rabbitmq:3.10 ;;
        s3) echo local/s3:16 ;;
        aspnet) echo local/aspnet:10.0 ;;
        systemd) echo local/systemd:12 ;;
        *) echo "unknown image: $1" >&2 && exit 2 ;;
    esac
}

build_base() {
    docker image inspect local/debian:bookworm >/dev/null 2>&1 && return
    echo "building local/debian:bookworm"
    if timeout 300 docker pull --quiet debian:bookworm >/dev/null 2>&1; then
        docker tag debian:bookworm local/debian:bookworm
        return
    fi
    command -v mmdebstrap >/dev/null \
        || { apt-get update -qq && apt-get install -qqy --no-install-recommends mmdebstrap; } >"$work/apt" 2>&1 \
        || { cat "$work/apt" >&2; return 1; }
    mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$work/base.tar"
    docker import "$work/base.tar" local/debian:bookworm >/dev/null
    rm "$work/base.tar"
}

build() {
    local name=$1 tag context sources dotnet
    tag=$(tag_of "$name")
    context=$work/$name
    cp -r "$here/images/$name" "$context"
    if [ "$name" = s3 ]; then cp "$here/rgw.sh" "$context/rgw.sh"; fi
    sources=$(cd "$context" && find . -type f -exec sha256sum {} + | sort | sha256sum | cut -c1-16)
    if [ "$name" = aspnet ]; then
        dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
        sources+=-$(dotnet --list-runtimes | sed -n 's/^Microsoft.AspNetCore.App \([^ ]*\).*/\1/p' | tail -1)
    fi
    if [ "$(docker image inspect "$tag" --format "{{index .Config.Labels \"$label\"}}" 2>/dev/null)" = "$sources" ]; then
        return
    fi
    if [ "$name" = aspnet ]; then
        mkdir "$context/dotnet"
        cp -r "$dotnet"/{dotnet,host,shared,LICENSE.txt,ThirdPartyNotices.txt} "$context/dotnet/"
    fi
    echo "building $tag"
    docker build --label "$label=$sources" --tag "$tag" "$context" >"$work/$name.log" 2>&1 \
        || { tail -30 "$work/$name.log" >&2; return 1; }
}

build_base
names=("$@")
[ $# -gt 0 ] || names=(postgres rabbitmq s3 aspnet)
jobs=()
for name in "${names[@]}"; do
    build "$name" &
    jobs+=($!)
done
failed=0
for job in "${jobs[@]}"; do wait "$job" || failed=1; done
exit $failed
