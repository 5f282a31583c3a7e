using LaiChau.Distribution;
using LaiChau.Distribution.Publishing;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Takes the plane from one signed state to the next. Held under <see cref="PublisherLock"/>. A step is committed to the database, then
/// written to the object store, timestamp.json last; a step that was cut off between the two is written again before anything else.
/// </summary>
internal sealed class PlaneWriter(
    CatalogDb db,
    IObjectStore store,
    IOptions<ObjectStoreOptions> buckets,
    IOptions<CatalogOptions> options,
    KeyFolder keys,
    TimeProvider time,
    ILogger<PlaneWriter> log
)
{
    private static readonly MetadataLifetimes Lifetimes = new();

    private string Bucket => buckets.Value.Content;

    /// <summary>The verified state; makes the plane if there is none, and finishes a step that was cut off.</summary>
    public async Task<RepositoryState> Open(CancellationToken ct)
    {
        if (!await db.PlaneSteps.AnyAsync(ct))
        {
            await Create(ct);
        }
        var step = await db.PlaneSteps.SingleAsync(ct);
        var documents = await db.PlaneDocuments.AsNoTracking().ToListAsync(ct);
        if (step.Written < step.Taken)
        {
            await Rewrite(step, documents, ct);
        }
        return await RepositoryState.Load(new DocumentMirror(documents), step.Root, ct)
            ?? throw new InvalidOperationException("The database holds a plane without timestamp.json.");
    }

    /// <summary>One change, all of it or nothing. What the state says already changes nothing.</summary>
    public async Task<RepositoryState> Apply(RepositoryState state, RepositoryChange change, CancellationToken ct)
    {
        var plan = RepositoryWriter.Apply(state, change, keys.Load(), time.GetUtcNow(), Lifetimes);
        if (plan.Files.Count == 0)
        {
            return plan.State;
        }
        // What metadata will point to goes first; named by its hash, it harms nobody if the step is never taken.
        foreach (var file in plan.Files.Where(f => NameOf(f.Path) is null))
        {
            await Put(file.Path, file.Content, ct);
        }
        var step = await db.PlaneSteps.SingleAsync(ct);
        await Commit(step, plan, ct);
        await Write(step, plan.Files.Where(f => NameOf(f.Path) is not null), ct);
        return plan.State;
    }

    /// <summary>
    /// Keeps the plane good without a person: signs anew what is half through its time, adds feeds that the settings name, and puts the
    /// metadata back if the store lost it or holds something else.
    /// </summary>
    public async Task Tend(CancellationToken ct)
    {
        var state = await Open(ct);
        if (state.Expires["timestamp"] - time.GetUtcNow() < Lifetimes.Timestamp / 2)
        {
            state = await Apply(state, new RepositoryChange(), ct);
        }
        var design = state.Design;
        if (options.Value.Feeds.Where(f => !design.Feeds.ContainsKey(f)).ToList() is { Count: > 0 } added)
        {
            var feeds = design.Feeds.Concat(added.Select(f => KeyValuePair.Create(f, keys.LoadNewFeed(f))));
            await Apply(state, new() { Design = design with { Feeds = feeds.ToDictionary() } }, ct);
        }
        var timestamp = await db.PlaneDocuments.AsNoTracking().SingleAsync(d => d.Name == PlaneLayout.Timestamp, ct);
        if (!await IsInStore(timestamp, ct))
        {
            log.LogWarning("The object store does not hold the newest metadata; it is written again");
            var documents = await db.PlaneDocuments.AsNoTracking().ToListAsync(ct);
            await Rewrite(await db.PlaneSteps.SingleAsync(ct), documents, ct);
        }
    }

    private async Task Create(CancellationToken ct)
    {
        if (await store.Find(Bucket, PlaneLayout.Timestamp, ct) is not null)
        {
            throw new InvalidOperationException(
                $"The bucket '{Bucket}' holds a distribution plane already, but this database does not know it. Points would refuse a "
                    + "plane that begins anew: restore the catalog's database, or empty the bucket if no point ever read it."
            );
        }
        var (design, all) = keys.LoadForCeremony();
        var plan = RepositoryWriter.Create(design, all, time.GetUtcNow(), Lifetimes);
        var step = new PlaneStep { Root = plan.State.RootFile.ToArray() };
        db.Add(step);
        await Commit(step, plan, ct);
        log.LogInformation("The distribution plane is made, feeds: {Feeds}", string.Join(", ", design.Feeds.Keys));
    }

    private async Task Commit(PlaneStep step, RepositoryPlan plan, CancellationToken ct)
    {
        step.Taken++;
        foreach (var file in plan.Files)
        {
            if (NameOf(file.Path) is not { } name)
            {
                continue;
            }
            if (await db.PlaneDocuments.FindAsync([name], ct) is { } document)
            {
                document.Path = file.Path;
                document.Content = file.Content.ToArray();
            }
            else
            {
                db.Add(
                    new PlaneDocument
                    {
                        Name = name,
                        Path = file.Path,
                        Content = file.Content.ToArray(),
                    }
                );
            }
        }
        await db.SaveChangesAsync(ct);
    }

    private Task Rewrite(PlaneStep step, IReadOnlyCollection<PlaneDocument> documents, CancellationToken ct) =>
        Write(
            step,
            documents.Select(d => new PlaneFile(d.Path, d.Content)).OrderBy(f => f.Path == PlaneLayout.Timestamp),
            ct
        );

    private async Task Write(PlaneStep step, IEnumerable<PlaneFile> files, CancellationToken ct)
    {
        foreach (var file in files)
        {
            await Put(file.Path, file.Content, ct);
        }
        step.Written = step.Taken;
        await db.SaveChangesAsync(ct);
    }

    private async Task Put(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await store.Put(Bucket, path, stream, content.Length, "application/json", ct);
    }

    private async Task<bool> IsInStore(PlaneDocument document, CancellationToken ct)
    {
        await using var found = await store.Open(Bucket, document.Path, null, null, ct);
        if (found is null || found.Info.Size != document.Content.Length)
        {
            return false;
        }
        return await Sha256Digest.OfAsync(found.Stream, ct) == Sha256Digest.Of(document.Content);
    }

    /// <summary>The document that a file is the newest version of; null for a release's manifest, which is not kept here.</summary>
    private static string? NameOf(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        var (folder, file) = (path[..slash], path[slash..]);
        return folder.EndsWith("/releases/", StringComparison.Ordinal) ? null
            : path == PlaneLayout.Timestamp || file.EndsWith(".root.json", StringComparison.Ordinal) ? path
            : folder + file[(file.IndexOf('.', StringComparison.Ordinal) + 1)..];
    }
}
