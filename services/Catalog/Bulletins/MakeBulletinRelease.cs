using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Plane;
using LaiChau.Catalog.Pushes;
using LaiChau.Contracts.Bulletins;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults.Messaging;

namespace LaiChau.Catalog.Bulletins;

/// <summary>
/// An approved bulletin becomes a release of <c>ban-tin/&lt;slug&gt;</c> that the publisher is to write: here it is only noted, so that the
/// message is applied in a moment whatever the attachments weigh.
/// </summary>
internal sealed class MakeBulletinRelease(CatalogDb db, TimeProvider time, PublisherSignal publisher)
    : IHandle<BulletinPublished>
{
    public async Task Handle(BulletinPublished message, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var release = new Release
        {
            Id = Guid.CreateVersion7(now),
            Package = $"ban-tin/{message.Slug}",
            Feed = message.Feed,
            Kind = ReleaseKind.Bulletin,
            Title = message.Texts.ToDictionary(t => t.Language, t => t.Title),
            Summary = message
                .Texts.Where(t => !string.IsNullOrWhiteSpace(t.Lead))
                .ToDictionary(t => t.Language, t => t.Lead),
            Category = message.Category,
            Priority = Enum.Parse<ReleasePriority>(message.Priority, ignoreCase: true),
            Languages = [.. message.Texts.Select(t => t.Language)],
            ValidFrom = ReleaseRules.WholeSecond(message.ValidFrom),
            ValidUntil = ReleaseRules.WholeSecond(message.ValidUntil),
            AuthorId = message.CreatedById,
            AuthorName = message.CreatedByName,
            CreatedAt = now,
            BulletinId = message.BulletinId,
            Bulletin = message,
        };
        release.CompleteApproved(
            await Package.NextVersion(db, release.Package, ct),
            new(message.ApprovedById, message.ApprovedByName),
            message.ApprovedAt.ToUniversalTime()
        );
        db.Add(release);
        publisher.Wake();
    }
}
