using System.Security.Claims;
using LaiChau.Catalog.Packages;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Pushes;

/// <summary>
/// A push by one plain HTTP request: the archive goes to a scratch file, its entries are cut into blocks here as <c>lcp</c> cuts them, and
/// from there on it is a push like any other.
/// </summary>
internal static class PushArchive
{
    public static async Task<Results<Ok<ReleaseAnswer>, Created<ReleaseAnswer>, ProblemHttpResult>> Handle(
        HttpRequest request,
        ClaimsPrincipal user,
        CatalogDb db,
        BlockStore blocks,
        IOptions<CatalogOptions> options,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var limits = options.Value;
        if (ArchiveReader.For(request.ContentType) is not { } readArchive)
        {
            return CatalogProblems.ArchiveTypeUnknown.With();
        }
        var faults = new Faults();
        var push = ReadQuery(request.Query, faults);
        ReleaseRules.CheckRelease(faults, push, limits, time.GetUtcNow());
        if (faults.Any)
        {
            return faults.Answer();
        }
        await using var scratch = limits.OpenScratch();
        await request.Body.CopyToAsync(scratch, ct);
        CatalogMetrics.Pushed(scratch.Length, "archive");
        var files = new List<PushedFile>();
        try
        {
            scratch.Position = 0;
            await readArchive(scratch, limits, Take, ct);
        }
        catch (ArchiveException bad)
        {
            return CatalogProblems.ArchiveInvalid.With(bad.Message);
        }
        var sorted = ReleaseRules.CheckFiles(faults, files, limits);
        if (faults.Any)
        {
            return faults.Answer();
        }
        var author = new Person(user.AccountId(), user.AccountName());
        var (release, _) = await StartPush.FindOrCreate(
            push with
            {
                Files = sorted,
            },
            author,
            verified: true,
            db,
            time,
            ct
        );
        return await CompletePush.Complete(release, db, ct);

        async Task Take(string path, Stream content)
        {
            var split = await UploadBlocks.Split(
                content,
                async (block, bytes, token) => await blocks.Put(db, block.Sha256.ToString(), bytes, token),
                ct
            );
            files.Add(
                new PushedFile
                {
                    Path = path,
                    Size = split.Size,
                    Sha256 = split.Sha256.ToString(),
                    Blocks = [.. split.Blocks.Select(b => new PushedBlock(b.Sha256.ToString(), b.Length))],
                }
            );
        }
    }

    /// <summary><c>package=…&amp;title.vi=…&amp;summary.vi=…&amp;language=vi&amp;language=…&amp;category=…&amp;priority=…&amp;validFrom=…&amp;validUntil=…&amp;feed=…&amp;act=…</c></summary>
    private static PushRequest ReadQuery(IQueryCollection query, Faults faults)
    {
        var priority = new Word<ReleasePriority>(ReleasePriority.Normal);
        if (One("priority") is { } word && !Word<ReleasePriority>.TryParse(word, out priority))
        {
            faults.Add("priority", "Mức ưu tiên là normal, priority hoặc urgent.");
        }
        return new PushRequest
        {
            Package = One("package") ?? "",
            Feed = One("feed") ?? CatalogOptions.DefaultFeed,
            Title = Texts("title."),
            Summary = Texts("summary."),
            Category = One("category") ?? "",
            Priority = priority.Value,
            Languages = [.. query["language"].OfType<string>()],
            ValidFrom = Time("validFrom"),
            ValidUntil = Time("validUntil"),
            Act = One("act")?.Normalize(),
            Files = [],
        };

        string? One(string name) => query[name].FirstOrDefault(v => !string.IsNullOrEmpty(v));

        Dictionary<string, string> Texts(string prefix) =>
            query
                .Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(p => p.Key[prefix.Length..], p => p.Value.ToString().Normalize());

        DateTimeOffset? Time(string name)
        {
            if (One(name) is not { } text)
            {
                return null;
            }
            if (
                DateTimeOffset.TryParse(
                    text,
                    System.Globalization.CultureInfo.InvariantCulture,
                    System.Globalization.DateTimeStyles.AssumeUniversal,
                    out var time
                )
            )
            {
                return time;
            }
            faults.Add(name, "Thời điểm phải theo RFC 3339, ví dụ 2026-12-01T00:00:00Z.");
            return null;
        }
    }
}
