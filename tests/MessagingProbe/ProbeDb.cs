using LaiChau.ServiceDefaults.Data;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.MessagingProbe;

internal class ProbeDb : PlatformDb
{
    public ProbeDb(DbContextOptions<ProbeDb> options)
        : base(options) { }

    protected ProbeDb(DbContextOptions options)
        : base(options) { }

    public override string ServiceName => "probe";

    public DbSet<Statement> Statements => Set<Statement>();

    public DbSet<Effect> Effects => Set<Effect>();
}

internal sealed class ProbeSqliteDb(DbContextOptions<ProbeSqliteDb> options) : ProbeDb(options);

/// <summary>The state that a message speaks of, written in the same transaction.</summary>
[NotAudited("a probe")]
internal sealed class Statement
{
    public required Guid Id { get; init; }
}

/// <summary>What hearing did to one aggregate.</summary>
[NotAudited("a probe")]
internal sealed class Effect
{
    public required Guid Id { get; init; }
    public int Applied { get; set; }
    public long Version { get; set; }
    public string? TraceId { get; set; }
}
