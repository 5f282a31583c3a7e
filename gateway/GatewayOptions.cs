namespace LaiChau.Gateway;

/// <summary>Settings <c>Gateway:*</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Where each service answers, for example <c>http://catalog:8080</c>; the gateway alone needs them.</summary>
    public ServiceAddresses Services { get; set; } = new();

    /// <summary>
    /// The port for <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>. Not set: they answer only callers on the same machine that come without a proxy,
    /// so set it where a proxy runs beside the gateway or a probe comes from elsewhere.
    /// </summary>
    public int? OpsPort { get; set; }

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of proxies in front whose X-Forwarded-* are believed; nobody's by default.</summary>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>Largest archive of one push, bytes.</summary>
    public long MaxArchiveBytes { get; set; } = 2L << 30;

    /// <summary>Largest bulletin attachment, bytes.</summary>
    public long MaxAttachmentBytes { get; set; } = 64L << 20;

    /// <summary>How long a service may stay silent within a request, seconds.</summary>
    public int IdleSeconds { get; set; } = 300;

    /// <summary>How long the object store may be silent, before it begins to answer and within an answer, seconds.</summary>
    public int StoreSeconds { get; set; } = 15;

    /// <summary>How old the copy of <c>timestamp.json</c> that points are given may be, seconds.</summary>
    public double FreshSeconds { get; set; } = 1;

    /// <summary>The longest that a request for the next <c>timestamp.json</c> is held, seconds; 0: not at all.</summary>
    public int HoldSeconds { get; set; } = 4 * 3600;

    /// <summary>How many are held at once; who comes after them is answered as if it had not asked to wait.</summary>
    public int MostHeld { get; set; } = 20_000;

    /// <summary>
    /// A port beside the others where HTTP/2 is spoken without TLS and nothing else (h2c with prior knowledge), for a proxy inside the cluster. Not set:
    /// none.
    /// </summary>
    public int? Http2Port { get; set; }
    public ContentCache Cache { get; set; } = new();
    public RateLimits Limits { get; set; } = new();
}

/// <summary>What <c>/content/*</c> keeps near. Nothing in it is worth a backup, and nothing in it need be trusted: points verify.</summary>
public sealed class ContentCache
{
    /// <summary>
    /// Where objects are kept, one process at a time; they are found again after a restart. A folder on a disk: on a memory file system it would be
    /// the memory that fills.
    /// </summary>
    public string Folder { get; set; } =
        Path.Combine(Directory.Exists("/var/tmp") ? "/var/tmp" : Path.GetTempPath(), "laichau-gateway");

    /// <summary>Bytes on the disk; 0: no cache there. An object of more than a quarter of it is not kept.</summary>
    public long MaxBytes { get; set; } = 4L << 30;

    /// <summary>Bytes of metadata and manifests in memory.</summary>
    public long MaxMemoryBytes { get; set; } = 64L << 20;
}

public sealed class ServiceAddresses
{
    public string? Catalog { get; set; }
    public string? Bulletins { get; set; }
    public string? Points { get; set; }
    public string? Telemetry { get; set; }
    public string? Console { get; set; }
}

/// <summary>Requests a minute for one client: the account or point that speaks, else its address. A minute's worth may come at once.</summary>
public sealed class RateLimits
{
    public int Api { get; set; } = 6_000;
    public int Content { get; set; } = 30_000;

    /// <summary>Tokens, sign-in and enrolment, always by address.</summary>
    public int SignIn { get; set; } = 60;
}
