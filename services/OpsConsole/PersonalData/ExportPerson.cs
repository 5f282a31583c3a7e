using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.PersonalData;

/// <summary>What every part of the platform holds, in one file; all of it or no file.</summary>
internal static class ExportPerson
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static async Task<IResult> Handle(Guid id, PersonApi people, TimeProvider clock)
    {
        var person = await people.One(id);
        if (!person.Ok)
        {
            return Show.Trouble(person.Problem);
        }
        var services = new JsonArray(person.Value.Register.Content);
        foreach (var service in PersonApi.Others)
        {
            var part = await people.Export(service, person.Value.FirstId);
            if (!part.Ok)
            {
                return Show.Trouble(part.Problem);
            }
            services.Add(part.Value.Content);
        }
        var whole = new JsonObject
        {
            ["exportedAt"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["services"] = services,
        };
        return Results.Bytes(
            JsonSerializer.SerializeToUtf8Bytes(whole, Readable),
            "application/json",
            $"du-lieu-{id}.json"
        );
    }
}
