using System.Text.Json;
using LaiChau.BulletinPublishing.Bulletins;
using LaiChau.Contracts.Points;
using LaiChau.ServiceDefaults.Data.People;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.BulletinPublishing.People;

/// <summary>Who wrote and who approved: an id from now on.</summary>
internal sealed class ForgetWriter(BulletinDb db) : IHandle<PersonErased>
{
    public async Task Handle(PersonErased message, CancellationToken ct)
    {
        // Past the change tracker: the trail must not be told the name once more.
        var nobody = JsonSerializer.Serialize(new Person(message.PersonId, ForgetPerson.Name), PlatformJson.Stored);
        var named = $"%{message.PersonId}%";
        await db.Database.ExecuteSqlAsync(
            $"UPDATE bulletin SET created_by = {nobody} WHERE created_by LIKE {named}",
            ct
        );
        await db.Database.ExecuteSqlAsync(
            $"UPDATE bulletin SET approved_by = {nobody} WHERE approved_by LIKE {named}",
            ct
        );
        await ForgetPerson.Everywhere(db, message.PersonId, ct);
    }
}
