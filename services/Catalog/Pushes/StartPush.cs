using System.Security.Claims;
using System.Text.Json;
using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Pushes;

/// <summary>
/// Declares a release and answers which of its blocks are missing. The same declaration again by the same author finds the same push, so
/// a client that lost its connection, or its memory, goes on where it was.
/// </summary>
internal static class StartPush
{
    public static async Task<Results<Ok<PushAnswer>, Created<PushAnswer>, ProblemHttpResult>> Handle(
        PushRequest request,
        ClaimsPrincipal user,
        CatalogDb db,
        IOptions<CatalogOptions> options,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var faults = new Faults();
        ReleaseRules.CheckRelease(faults, request, options.Value, time.GetUtcNow());
        var files = ReleaseRules.CheckFiles(faults, request.Files, options.Value);
        if (faults.Any)
        {
            return faults.Answer();
        }
        var author = new Person(user.AccountId(), user.AccountName());
        var (push, isNew) = await FindOrCreate(request with { Files = files }, author, verified: false, db, time, ct);
        var answer = await Describe(push, db, ct);
        return isNew ? TypedResults.Created($"/api/catalog/pushes/{push.Id}", answer) : TypedResults.Ok(answer);
    }

    public static async Task<Results<Ok<PushAnswer>, ProblemHttpResult>> Show(
        Guid id,
        CatalogDb db,
        CancellationToken ct
    ) =>
        await db.Releases.SingleOrDefaultAsync(r => r.Id == id && r.Fingerprint != null, ct) is { } push
            ? TypedResults.Ok(await Describe(push, db, ct))
            : CatalogProblems.PushNotFound.With();

    /// <param name="verified">The files were read here, not only declared.</param>
    public static async Task<(Release Push, bool IsNew)> FindOrCreate(
        PushRequest request,
        Person author,
        bool verified,
        CatalogDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        request = request with
        {
            ValidFrom = ReleaseRules.WholeSecond(request.ValidFrom),
            ValidUntil = ReleaseRules.WholeSecond(request.ValidUntil),
        };
        var fingerprint = FingerprintOf(request, author);
        while (true)
        {
            if (await db.Releases.SingleOrDefaultAsync(r => r.Fingerprint == fingerprint, ct) is { } known)
            {
                if (!known.IsOver)
                {
                    return (known, false);
                }
                // Rejected, superseded or recalled: whoever sends it again means a new release.
                known.Fingerprint = null;
            }
            var push = Create(request, author, fingerprint, verified, time.GetUtcNow());
            db.Add(push);
            try
            {
                await db.SaveChangesAsync(ct);
                return (push, true);
            }
            catch (DbUpdateException race)
                when (race is DbUpdateConcurrencyException || DatabaseFaults.IsUniqueViolation(race))
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private static async Task<PushAnswer> Describe(Release push, CatalogDb db, CancellationToken ct)
    {
        if (push.State != ReleaseState.Uploading)
        {
            return new(push.Id, "completed", [], push.Id);
        }
        var lists = await db.Files.Where(f => f.ReleaseId == push.Id).Select(f => f.Blocks).ToListAsync(ct);
        return new(push.Id, "open", await Missing(db, lists, ct), null);
    }

    /// <summary>Hashes of the blocks that are not here, each once.</summary>
    public static async Task<IReadOnlyList<string>> Missing(
        CatalogDb db,
        IEnumerable<byte[]> lists,
        CancellationToken ct
    )
    {
        var wanted = lists.SelectMany(l => BlockList.Read(l)).Select(b => b.Sha256).Distinct().ToArray();
        var here = await db.Blocks.Where(b => wanted.Contains(b.Sha256)).Select(b => b.Sha256).ToHashSetAsync(ct);
        return [.. wanted.Where(sha256 => !here.Contains(sha256))];
    }

    private static Release Create(
        PushRequest request,
        Person author,
        string fingerprint,
        bool verified,
        DateTimeOffset now
    )
    {
        var id = Guid.CreateVersion7(now);
        return new()
        {
            Id = id,
            Package = request.Package,
            Feed = request.Feed,
            Kind = ReleaseKind.Package,
            Title = request.Title,
            Summary = request.Summary,
            Category = request.Category,
            Priority = request.Priority,
            Languages = request.Languages,
            ValidFrom = request.ValidFrom,
            ValidUntil = request.ValidUntil,
            Act = request.Act,
            Size = request.Files.Sum(f => f.Size),
            AuthorId = author.Id,
            AuthorName = author.Name,
            CreatedAt = now,
            Fingerprint = fingerprint,
            Files =
            [
                .. request.Files.Select(f => new ReleaseFile
                {
                    ReleaseId = id,
                    Path = f.Path,
                    Size = f.Size,
                    Sha256 = f.Sha256,
                    MediaType = f.MediaType!,
                    Language = f.Language,
                    Alt = f.Alt,
                    Caption = f.Caption,
                    Blocks = BlockList.Write([.. f.Blocks.Select(b => new BlockOf(b.Sha256, b.Size))]),
                    // A file of no or one block is named by it; the rules saw to that.
                    Verified = verified || f.Blocks.Count < 2,
                }),
            ],
        };
    }

    private static string FingerprintOf(PushRequest request, Person author) =>
        Sha256Digest
            .Of(JsonSerializer.SerializeToUtf8Bytes(new { author.Id, request }, PlatformJson.Options))
            .ToString();
}
