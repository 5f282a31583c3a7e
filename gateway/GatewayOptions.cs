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

    /// <summary>How long the object store may take to begin an answer, seconds.</summary>
    public int StoreSeconds { get; set; } = 15;
    public RateLimits Limits { get; set; } = new();
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
