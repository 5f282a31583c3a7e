using LaiChau.PointRegistry.Organisations;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data.Audit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LaiChau.PointRegistry.Acts;

/// <summary>A legal act that points, accounts and other acts cite.</summary>
[Audited("act")]
internal sealed class LegalAct
{
    /// <summary>As numbers abbreviate them, and in full.</summary>
    public static readonly IReadOnlyDictionary<string, string> Kinds = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["Luật"] = "Luật",
        ["PL"] = "Pháp lệnh",
        ["NQ"] = "Nghị quyết",
        ["NĐ"] = "Nghị định",
        ["QĐ"] = "Quyết định",
        ["CT"] = "Chỉ thị",
        ["TT"] = "Thông tư",
        ["TTLT"] = "Thông tư liên tịch",
        ["KH"] = "Kế hoạch",
        ["CTr"] = "Chương trình",
        ["ĐA"] = "Đề án",
        ["HD"] = "Hướng dẫn",
        ["KL"] = "Kết luận",
        ["TB"] = "Thông báo",
        ["CV"] = "Công văn",
    };

    public Guid Id { get; private init; }
    public string Number { get; private set; } = null!;

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind { get; private set; } = null!;
    public Guid IssuerId { get; private set; }
    public Organisation Issuer { get; private set; } = null!;

    /// <summary>When it was signed; null where only its number is on record.</summary>
    public DateOnly? Date { get; private set; }
    public string Title { get; private set; } = null!;

    /// <summary>Whom or what it is about.</summary>
    public string? Scope { get; private set; }

    /// <summary>First day in force; null: from its date on.</summary>
    public DateOnly? InForceFrom { get; private set; }

    /// <summary>First day no longer in force.</summary>
    public DateOnly? InForceTo { get; private set; }
    public Guid? ReplacesId { get; private set; }
    public LegalAct? Replaces { get; private set; }
    public long Version { get; private set; }

    /// <summary>The number without case and diacritics: how people type one.</summary>
    [NotAudited("made of the number")]
    public string NumberKey { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string SearchText { get; private set; } = "";

    [NotAudited("made of what is audited")]
    public string SearchPlain { get; private set; } = "";

    public static LegalAct Create(DateTimeOffset now) => new() { Id = Guid.CreateVersion7(now) };

    public void Describe(
        string number,
        string kind,
        Organisation issuer,
        DateOnly? date,
        string title,
        string? scope,
        (DateOnly? From, DateOnly? To) inForce,
        LegalAct? replaces
    )
    {
        (Number, Kind, Date, Title, Scope) = (number, kind, date, title, scope);
        (Issuer, IssuerId) = (issuer, issuer.Id);
        (InForceFrom, InForceTo) = inForce;
        (Replaces, ReplacesId) = (replaces, replaces?.Id);
        NumberKey = Units.SearchText.Plain(number);
        SearchText = Units.SearchText.Lower(string.Join(" | ", number, Kinds[kind], title, scope));
        SearchPlain = Units.SearchText.Plain(SearchText);
    }

    public void Changed() => Version++;

    public static void Map(EntityTypeBuilder<LegalAct> act)
    {
        act.ToTable("acts");
        act.Property(a => a.Id).ValueGeneratedNever();
        act.HasOne(a => a.Issuer).WithMany().HasForeignKey(a => a.IssuerId).OnDelete(DeleteBehavior.Restrict);
        act.HasOne(a => a.Replaces).WithMany().HasForeignKey(a => a.ReplacesId).OnDelete(DeleteBehavior.Restrict);
        act.Property(a => a.Version).IsConcurrencyToken();
        // Numbers begin anew every year, and each issuer has its own.
        act.HasIndex(a => new
            {
                a.NumberKey,
                a.IssuerId,
                a.Date,
            })
            .IsUnique();
        act.HasIndex(a => a.Date);
    }
}
