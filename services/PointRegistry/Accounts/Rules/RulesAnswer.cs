using LaiChau.PointRegistry.Acts;

namespace LaiChau.PointRegistry.Accounts.Rules;

/// <param name="Text">Left out in lists.</param>
/// <param name="TextSha256">SHA-256 of the text, as the audit trail has it.</param>
/// <param name="InForce">It is the version in force today.</param>
/// <param name="AcceptedAt">When the caller accepted it.</param>
internal sealed record RulesAnswer(
    int Version,
    string Title,
    string? Text,
    string TextSha256,
    DateOnly InForceFrom,
    bool InForce,
    ActReference? Act,
    DateTimeOffset PublishedAt,
    Guid PublishedById,
    DateTimeOffset? AcceptedAt
)
{
    public static RulesAnswer Of(
        RulesVersion rules,
        int? inForce,
        DateTimeOffset? acceptedAt = null,
        bool withText = true
    ) =>
        new(
            rules.Version,
            rules.Title,
            withText ? rules.Text : null,
            rules.TextSha256,
            rules.InForceFrom,
            rules.Version == inForce,
            ActReference.Of(rules.Act),
            rules.PublishedAt,
            rules.PublishedById,
            acceptedAt
        );
}
