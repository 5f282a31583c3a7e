#!/bin/bash
# Publishes the parts and builds their images, laichau-<part>.
# usage: deploy/images/build.sh [--registry R] [--tag T] [--base IMAGE] [part …]      (all parts when none is named)
#   --base: the .NET runtime to build on, where the official one cannot be pulled
set -euo pipefail
cd "$(dirname "$0")/../.."
registry='' tag=dev base=mcr.microsoft.com/dotnet/aspnet:10.0
while [ $# -gt 0 ]; do
    case $1 in
        --registry) registry=$2/ && shift 2 ;;
        --tag) tag=$2 && shift 2 ;;
        --base) base=$2 && shift 2 ;;
        -*) sed -n '2,5s/^# //p' "$0" && exit 2 ;;
        *) break ;;
    esac
done

declare -A projects=(
    [catalog]=services/Catalog
    [bulletins]=services/BulletinPublishing
    [points]=services/PointRegistry
    [telemetry]=services/Telemetry
    [console]=services/OpsConsole
    [gateway]=gateway
    [point-agent]=services/PointAgent
    [standalone]=deploy/Standalone
)
parts=("$@")
[ $# -gt 0 ] || parts=(catalog bulletins points telemetry console gateway point-agent standalone)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for part in "${parts[@]}"; do
    project=${projects[$part]:-}
    [ -n "$project" ] || { echo "there is no part $part; there are: ${!projects[*]}" >&2 && exit 2; }
    name=$(basename "$project")
    [ "$name" = gateway ] && name=Gateway
    echo "publishing $part"
    # The agent's own publish is native; in an image it runs on the runtime that is there anyway.
    dotnet publish "$project" -c Release -o "$work/$part" -p:PublishAot=false -p:UseAppHost=false -v q -nologo
    echo "building ${registry}laichau-$part:$tag"
    docker build -q --build-arg "LCP_BASE_IMAGE=$base" --build-arg "PROGRAM=LaiChau.$name" \
        -t "${registry}laichau-$part:$tag" -f deploy/images/Dockerfile "$work/$part"
    rm -rf "${work:?}/$part"
done
