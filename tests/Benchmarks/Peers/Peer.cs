namespace LaiChau.Benchmarks.Peers;

/// <summary>
/// A tool of a Debian machine that brings a folder from one release to the next.
/// </summary>
/// <param name="Name">As the table says it.</param>
/// <param name="Package">Debian's package.</param>
/// <param name="Version">A shell line that prints the version.</param>
/// <param name="Script">
/// Runs in bash in an empty folder. <c>$old</c> and <c>$new</c> are the releases' folders, <c>$old_tar</c> and <c>$new_tar</c> the same as
/// archives that are equal on every machine. The last line of its output is the bytes to fetch and the requests.
/// </param>
/// <param name="Kind">What it is compared with.</param>
internal sealed record Peer(string Name, string Package, string Version, PeerKind Kind, string Script)
{
    /// <summary>The commands that must be on PATH: named as the packages, but for light builds.</summary>
    public IEnumerable<string> Commands => Package.Split(' ').Select(p => p.Replace("-light", ""));

    public static IReadOnlyList<Peer> All { get; } =
    [
        new(
            "xdelta3 -9",
            "xdelta3",
            "xdelta3 -V 2>&1 | sed -n 's/^Xdelta version \\([^,]*\\).*/xdelta3 \\1/p'",
            PeerKind.Pairwise,
            """xdelta3 -e -9 -B "$(stat -c %s "$old_tar")" -f -s "$old_tar" "$new_tar" delta; echo "$(stat -c %s delta) 1" """
        ),
        Zstd(3),
        Zstd(19),
        new(
            "OSTree",
            "ostree",
            "ostree --version | sed -n \"s/^ Version: '\\(.*\\)'/OSTree \\1/p\"",
            PeerKind.Pairwise,
            // Without fall-back objects, everything is in the delta; as one file and as superblock and parts, the smaller counts.
            // bsdiff is tried for files up to 128 MB as is the default.
            """
            ostree --repo=repo init --mode=bare-user-only
            commit() { ostree --repo=repo commit --branch=b --tree=dir="$1" --no-xattrs --canonical-permissions --timestamp="$2" --subject=s; }
            from=$(commit "$old" @0) to=$(commit "$new" @60)
            delta() {
                ostree --repo=repo static-delta generate --min-fallback-size=0 "$@" --from="$from" --to="$to" >log 2>&1 || { cat log; exit 1; }
                find repo/deltas -type f -printf '%s\n' | awk '{ bytes += $1; files++ } END { print bytes, files }'
                rm -r repo/deltas
            }
            { delta; delta --inline; } | sort -n | head -1
            """
        ),
        new(
            "rsync -z",
            "rsync",
            "rsync --version | sed -n 's/^\\(rsync\\)  version \\([^ ]*\\).*/\\1 \\2/p'",
            PeerKind.Served,
            """
            cp -al "$old" copy
            rsync --recursive --checksum --compress --no-whole-file --fuzzy --fuzzy --delete-after --stats "$new/" copy/ >stats
            awk -F': ' '/^Total bytes (sent|received)/ { gsub(/[^0-9]/, "", $2); bytes += $2 } END { print bytes, 1 }' stats
            """
        ),
        new(
            "zsync",
            "zsync nginx-light",
            "zsync -V | sed -n 's/ (.*//; 1p'",
            PeerKind.Served,
            // It needs a web server that answers many ranges at once; requests are counted by that server, headers are not.
            """
            cat >nginx.conf <<END
            user root; daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
            events { worker_connections 64; }
            http {
                client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
                log_format bytes '\$body_bytes_sent';
                server { listen 127.0.0.1:$port; access_log access.log bytes; root www; }
            }
            END
            mkdir www
            ln "$new_tar" www/new.tar
            zsyncmake -C -u "http://127.0.0.1:$port/new.tar" -f new.tar -o www/new.tar.zsync www/new.tar >log 2>&1
            nginx -p "$PWD" -c nginx.conf 2>>log & nginx=$!
            trap 'kill $nginx; wait $nginx' EXIT
            until [ -s nginx.pid ]; do kill -0 $nginx; sleep 0.05; done
            zsync -q -i "$old_tar" -o made.tar "http://127.0.0.1:$port/new.tar.zsync" >>log 2>&1 || { tail log >&2; exit 1; }
            cmp made.tar "$new_tar"
            awk '{ bytes += $1; requests++ } END { print bytes, requests }' access.log
            """
        ),
        new(
            "casync, 64 KiB",
            "casync",
            "casync --version | head -1",
            PeerKind.Chunked,
            """
            casync make --without=all --chunk-size=65536 --store=old.castr old.caidx "$old" >/dev/null
            casync make --without=all --chunk-size=65536 --store=new.castr new.caidx "$new" >/dev/null
            missing() { (cd new.castr && find . -name '*.cacnk' -printf '%P %s\n') | while read -r chunk size; do [ -e "old.castr/$chunk" ] || echo "$size"; done; }
            missing | awk -v own="$(stat -c %s new.caidx)" '{ bytes += $1; chunks++ } END { print bytes + own, chunks + 1 }'
            """
        ),
    ];

    private static Peer Zstd(int level) =>
        new(
            $"zstd -{level}",
            "zstd",
            "zstd --version | sed 's/.*\\(v[0-9.]*\\),.*/zstd \\1/'",
            PeerKind.Pairwise,
            $"""zstd -{level} -T1 --long=31 --patch-from="$old_tar" "$new_tar" -q -f -o delta 2>/dev/null; echo "$(stat -c %s delta) 1" """
        );
}

internal enum PeerKind
{
    /// <summary>Made once for two releases and served as a file: what deltas are compared with.</summary>
    Pairwise,

    /// <summary>Fetched by any client from static chunks, whatever it holds: what packs are compared with.</summary>
    Chunked,

    /// <summary>Needs a server that computes, or knows one file only: for information.</summary>
    Served,
}
