using System.Security.Cryptography;
using System.Text;
using LaiChau.PointRegistry.Acts;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <summary>The rules that apply to every account, as they were published. Never changed: the next version takes their place on its day.</summary>
[Audited("rules")]
internal sealed class RulesVersion
{
    /// <summary>Counted from 1.</summary>
    public required int Version { get; init; }
    public required string Title { get; init; }

    [NotAudited("the digest says which text")]
    public required string Text { get; init; }

    /// <summary>SHA-256 of the text.</summary>
    public required string TextSha256 { get; init; }

    /// <summary>First day. Never before the last version's, so that the highest one that has begun is the one in force.</summary>
    public required DateOnly InForceFrom { get; init; }
    public Guid? ActId { get; private init; }
    public LegalAct? Act { get; private init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required Guid PublishedById { get; init; }

    public static RulesVersion Publish(
        int version,
        PublishRulesRequest said,
        LegalAct? act,
        DateTimeOffset now,
        Guid by
    ) =>
        new()
        {
            Version = version,
            Title = said.Title.Trim(),
            Text = said.Text,
            TextSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said.Text))),
            InForceFrom = said.InForceFrom,
            Act = act,
            PublishedAt = now,
            PublishedById = by,
        };

    public static void Map(EntityTypeBuilder<RulesVersion> rules)
    {
        rules.ToTable("rules");
        rules.HasKey(r => r.Version);
        rules.Property(r => r.Version).ValueGeneratedNever();
        rules.HasOne(r => r.Act).WithMany().HasForeignKey(r => r.ActId).OnDelete(DeleteBehavior.Restrict);
        rules.Navigation(r => r.Act).AutoInclude();
    }
}
