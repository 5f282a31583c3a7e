namespace LaiChau.Distribution;

/// <summary>Where things lie in a distribution plane, relative to its prefix (<c>content/</c> at the gateway, a folder on a stick).</summary>
public static class PlaneLayout
{
    /// <summary>The only file that points read and that is ever overwritten; written last.</summary>
    public const string Timestamp = "metadata/timestamp.json";

    /// <summary>Where the services' audit trails end, signed; the newest also lies here, each for good under its version.</summary>
    public const string AuditHeads = "metadata/audit.json";

    /// <summary><c>metadata/7.audit.json</c>.</summary>
    public static string AuditHeadsPath(long version) => $"metadata/{version}.audit.json";

    /// <summary>The folder on a stick that holds a plane.</summary>
    public const string StickFolder = "laichau";

    /// <summary>A metadata file by its name: <c>metadata/3.root.json</c>.</summary>
    public static string MetadataPath(string fileName) => $"metadata/{fileName}";

    /// <summary>The metadata file that takes a reader from one snapshot version to another: <c>9.news.8</c>.</summary>
    public static string NewsName(long from, long to) => $"{to}.news.{from}";

    /// <summary>A pack or a delta by the digest of its head: <c>objects/ab/abcd…</c>.</summary>
    public static string ObjectPath(Sha256Digest digest)
    {
        var hex = digest.ToString();
        return $"objects/{hex[..2]}/{hex}";
    }

    /// <summary>A target under its consistent-snapshot name: <c>targets/&lt;dir&gt;/&lt;sha256&gt;.&lt;name&gt;</c>.</summary>
    public static string TargetPath(string path, Sha256Digest digest) => TargetPath(path, digest.ToString());

    internal static string TargetPath(string path, string hash)
    {
        var slash = path.LastIndexOf('/') + 1;
        return $"targets/{path[..slash]}{hash}.{path[slash..]}";
    }

    /// <summary>Beside a manifest lies the same as one zstd frame, unsigned: what it unpacks to is signed.</summary>
    public static string PackedPath(string planePath) => planePath + ".zst";

    /// <summary>The target path of a release manifest: <c>tinh/releases/&lt;id&gt;.manifest</c>.</summary>
    public static string ReleaseTarget(string feed, Guid releaseId) => $"{feed}/releases/{releaseId:D}.manifest";

    /// <summary>As format 1 named it; nobody writes it any more.</summary>
    internal static string FormerReleaseTarget(string feed, Guid releaseId) => $"{feed}/releases/{releaseId:D}.json";

    /// <summary>The target path of a feed's signed recalls: <c>tinh/recalls.json</c>.</summary>
    public static string RecallsTarget(string feed) => $"{feed}/recalls.json";
}
