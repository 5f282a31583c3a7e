using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults.Data.People;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.Catalog.People;

/// <summary>Who pushed and who approved: an id from now on, in the bulletin's message that a release was made from too.</summary>
internal sealed class ForgetAuthor(CatalogDb db) : IHandle<PersonErased>
{
    public async Task Handle(PersonErased message, CancellationToken ct)
    {
        var id = message.PersonId;
        var releases = await db
            .Releases.AsNoTracking()
            .Where(r => r.AuthorId == id || r.ApprovedById == id)
            .Select(r => new { r.Id, r.Bulletin })
            .ToListAsync(ct);
        foreach (var release in releases)
        {
            if (release.Bulletin is { } said)
            {
                var forgotten = said with
                {
                    CreatedByName = said.CreatedById == id ? ForgetPerson.Name : said.CreatedByName,
                    ApprovedByName = said.ApprovedById == id ? ForgetPerson.Name : said.ApprovedByName,
                };
                await db
                    .Releases.Where(r => r.Id == release.Id)
                    .ExecuteUpdateAsync(r => r.SetProperty(x => x.Bulletin, forgotten), ct);
            }
        }
        await ForgetPerson.Everywhere(db, id, ct);
    }
}
