#!/bin/bash
# Builds the agent as it is installed: a Debian package for Linux (compiled ahead), a folder for Windows (one file, with its runtime).
# usage: deploy/agent/build.sh [--out FOLDER] [linux-x64 linux-arm64 win-x64]     default: linux-x64, into deploy/agent/out
# linux-arm64 on another kind of machine needs Debian's gcc-aarch64-linux-gnu.
set -euo pipefail
cd "$(dirname "$0")"
out=$PWD/out
if [ "${1:-}" = --out ]; then out=$(realpath -m "$2") && shift 2; fi
[ $# -gt 0 ] || set -- linux-x64
project=../../services/PointAgent
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
mkdir -p "$out"

# gcc as the linker of another architecture: the SDK hands it an option of clang's.
cross_linker() { # PREFIX
    printf '#!/bin/sh\nfor a; do shift; case $a in --target=*) ;; *) set -- "$@" "$a" ;; esac; done\nexec %s-gcc "$@"\n' "$1" \
        >"$out/obj/$1-linker"
    chmod +x "$out/obj/$1-linker"
}

publish() { # RUNTIME OPTIONS…: into $out/obj/RUNTIME
    local runtime=$1
    rm -rf "${out:?}/obj/$runtime"
    # Apart from what a build of the solution leaves beside the sources.
    dotnet publish "$project" -c Release -r "$runtime" --artifacts-path "$out/obj/build" -o "$out/obj/$runtime" -v q "${@:2}"
}

debian() { # RUNTIME ARCHITECTURE: the package of what was published
    local from=$out/obj/$1 root=$out/obj/$1-package lib libc package
    rm -rf "$root"
    lib=$root/usr/lib/point-agent
    install -D -m 755 "$from/LaiChau.PointAgent" "$lib/point-agent"
    install -m 644 "$from"/lib*.so "$lib/"
    install -D -m 755 debian/point-agent "$root/usr/bin/point-agent"
    install -D -m 644 point-agent.service "$root/usr/lib/systemd/system/point-agent.service"
    install -D -m 644 debian/90-point-agent.rules "$root/usr/lib/udev/rules.d/90-point-agent.rules"
    install -D -m 644 debian/appsettings.json "$root/etc/point-agent/appsettings.json"
    mkdir "$root/DEBIAN"
    install -m 755 debian/postinst debian/prerm debian/postrm "$root/DEBIAN/"
    echo /etc/point-agent/appsettings.json >"$root/DEBIAN/conffiles"
    libc=$(grep -haoE 'GLIBC_2\.[0-9]+' "$lib/point-agent" "$lib"/*.so | sort -uV | tail -1)
    sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$2/" -e "s/@LIBC@/${libc#GLIBC_}/" \
        -e "s/@SIZE@/$(du -sk --apparent-size "$root" | cut -f1)/" debian/control >"$root/DEBIAN/control"
    package=$out/point-agent_${version}_$2.deb
    dpkg-deb --build --root-owner-group "$root" "$package" >/dev/null
    sizes "$lib"/point-agent "$lib"/*.so "$package"
}

sizes() { du -h --apparent-size "$@" | sed 's/^/  /'; }

version=$(dotnet msbuild "$project" -getProperty:Version)
mkdir -p "$out/obj"
for runtime in "$@"; do
    echo "$runtime"
    case $runtime in
        linux-x64 | linux-arm64)
            case $runtime-$(uname -m) in
                linux-x64-x86_64 | linux-arm64-aarch64) publish "$runtime" ;;
                linux-arm64-*)
                    cross_linker aarch64-linux-gnu
                    publish "$runtime" "-p:CppCompilerAndLinker=$out/obj/aarch64-linux-gnu-linker" \
                        -p:ObjCopyName=aarch64-linux-gnu-objcopy
                    ;;
                *) echo "$runtime cannot be built on $(uname -m)" >&2 && exit 1 ;;
            esac
            case $runtime in linux-x64) debian "$runtime" amd64 ;; *) debian "$runtime" arm64 ;; esac
            ;;
        win-x64)
            # Ahead-of-time compilation for Windows works on Windows alone.
            publish "$runtime" -p:PublishAot=false -p:PublishSingleFile=true -p:PublishTrimmed=true --self-contained \
                -p:IncludeNativeLibrariesForSelfExtract=true -p:EnableCompressionInSingleFile=true -p:DebugType=none
            install -D -m 755 "$out/obj/$runtime/LaiChau.PointAgent.exe" "$out/point-agent-$version-win-x64/point-agent.exe"
            sizes "$out/point-agent-$version-win-x64/point-agent.exe"
            ;;
        *) sed -n '2,4s/^# //p' build.sh >&2 && exit 2 ;;
    esac
done
