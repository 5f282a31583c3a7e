using LaiChau.Catalog.Packages;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
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
    PlanePast past,
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
        var state = await Load(step, documents, ct);
        if (step.Written < step.Taken)
        {
            await Rewrite(step, documents, state, ct);
        }
        return state;
    }

    /// <summary>The verified state, without the lock and without touching anything; null while there is no plane.</summary>
    public async Task<RepositoryState?> Look(CancellationToken ct) =>
        await db.PlaneSteps.AsNoTracking().SingleOrDefaultAsync(ct) is { } step
            ? await Load(step, await db.PlaneDocuments.AsNoTracking().ToListAsync(ct), ct)
            : null;

    /// <summary>What a change would come to.</summary>
    public RepositoryPlan Plan(RepositoryState state, RepositoryChange change) =>
        RepositoryWriter.Apply(state, change, keys.Load(), time.GetUtcNow(), Lifetimes);

    /// <summary>One change, all of it or nothing. What the state says already changes nothing.</summary>
    public async Task<RepositoryState> Apply(RepositoryState state, RepositoryChange change, CancellationToken ct)
    {
        var plan = Plan(state, change);
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
        var isNew = SnapshotOf(plan.State) != SnapshotOf(state);
        await Write(step, plan.Files.Where(f => NameOf(f.Path) is not null), isNew ? plan.State : null, ct);
        return plan.State;
    }

    /// <summary>A pack or a delta. Named by its head, it harms nobody if no metadata ever names it.</summary>
    public async Task PutObject(HeadedObject wanted, ReadOnlyMemory<byte> head, FileStream frames, CancellationToken ct)
    {
        if (await store.Find(Bucket, wanted.PlanePath, ct) is { } there && there.Size == wanted.Size)
        {
            return;
        }
        frames.Position = 0;
        await using var whole = new HeadedStream(head, frames);
        await store.Put(Bucket, wanted.PlanePath, whole, wanted.Size, "application/octet-stream", ct);
    }

    /// <summary>The manifest of a release that is or was in the plane: it stays there. Null: the store has lost it.</summary>
    public async Task<ReleaseManifest?> FindManifest(Release release, CancellationToken ct)
    {
        var digest = Sha256Digest.Parse(release.ManifestSha256!);
        var path = PlaneLayout.TargetPath(PlaneLayout.ReleaseTarget(release.Feed, release.Id), digest);
        await using var found = await store.Open(Bucket, path, null, null, ct);
        if (found is null)
        {
            return null;
        }
        using var bytes = new MemoryStream();
        await found.Stream.CopyToAsync(bytes, ct);
        var content = bytes.ToArray();
        return Sha256Digest.Of(content) == digest ? ReleaseManifest.Parse(content) : null;
    }

    /// <summary>
    /// Keeps the plane good without a person: signs anew what is half through its time, adds feeds that the settings name, and puts the
    /// metadata back if the store lost it or holds something else.
    /// </summary>
    public async Task Tend(CancellationToken ct)
    {
        var state = await Open(ct);
        CatalogMetrics.Plane(PlaneAnswer.Of(state, keys, options.Value, time.GetUtcNow()));
        if (state.Expires["timestamp"] - time.GetUtcNow() < Lifetimes.Timestamp / 2)
        {
            state = await Apply(state, new RepositoryChange(), ct);
        }
        var design = state.Design;
        var added = options.Value.Feeds.Where(f => !design.Feeds.ContainsKey(f)).ToList();
        if (added.Count > 0 && !design.Targets.CanBeReachedWith(keys.Load()))
        {
            log.LogWarning(
                "The settings name the feeds {Feeds}, which the plane does not have; its targets keys are offline: draft and sign "
                    + "new targets (lcp keys draft --from), then lcp keys install",
                string.Join(", ", added)
            );
        }
        else if (added.Count > 0)
        {
            var feeds = design.Feeds.Concat(added.Select(f => KeyValuePair.Create(f, keys.LoadNewFeed(f))));
            state = await Apply(state, new() { Design = design with { Feeds = feeds.ToDictionary() } }, ct);
        }
        var timestamp = await db.PlaneDocuments.AsNoTracking().SingleAsync(d => d.Name == PlaneLayout.Timestamp, ct);
        if (!await IsInStore(timestamp, ct))
        {
            log.LogWarning("The object store does not hold the newest metadata; it is written again");
            var documents = await db.PlaneDocuments.AsNoTracking().ToListAsync(ct);
            await Rewrite(await db.PlaneSteps.SingleAsync(ct), documents, state, ct);
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
        var plan = await PlanFirst(ct);
        var step = new PlaneStep { Root = plan.State.RootFile.ToArray() };
        db.Add(step);
        await Commit(step, plan, ct);
        log.LogInformation(
            "The distribution plane is made, feeds: {Feeds}",
            string.Join(", ", plan.State.Design.Feeds.Keys)
        );
    }

    private async Task<RepositoryPlan> PlanFirst(CancellationToken ct)
    {
        if (await keys.ReadCeremony(ct) is var (root, targets))
        {
            return RepositoryWriter.Create(root, targets, keys.Load(), time.GetUtcNow(), Lifetimes);
        }
        var (design, all) = keys.LoadForCeremony();
        return RepositoryWriter.Create(design, all, time.GetUtcNow(), Lifetimes);
    }

    private static async Task<RepositoryState> Load(
        PlaneStep step,
        IReadOnlyCollection<PlaneDocument> documents,
        CancellationToken ct
    ) =>
        await RepositoryState.Load(new DocumentMirror(documents), step.Root, ct)
        ?? throw new InvalidOperationException("The database holds a plane without timestamp.json.");

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

    private Task Rewrite(
        PlaneStep step,
        IReadOnlyCollection<PlaneDocument> documents,
        RepositoryState state,
        CancellationToken ct
    ) =>
        Write(
            step,
            documents.Select(d => new PlaneFile(d.Path, d.Content)).OrderBy(f => Order(f.Path)).ThenBy(f => f.Path),
            state,
            ct
        );

    /// <summary>The timestamp last, and the roots shortly before it: a new root may not trust the timestamp that lies there yet.</summary>
    private static int Order(string path) =>
        path == PlaneLayout.Timestamp ? 2
        : path.EndsWith(".root.json", StringComparison.Ordinal) ? 1
        : 0;

    /// <param name="step">The step that is written with this.</param>
    /// <param name="files">In order, the timestamp last.</param>
    /// <param name="news">What to write news of before the timestamp; null: its news are there.</param>
    /// <param name="ct">Cancels.</param>
    private async Task Write(PlaneStep step, IEnumerable<PlaneFile> files, RepositoryState? news, CancellationToken ct)
    {
        foreach (var file in files)
        {
            if (file.Path == PlaneLayout.Timestamp && news is not null)
            {
                await WriteNews(news, ct);
            }
            await Put(file.Path, file.Content, ct);
        }
        step.Written = step.Taken;
        await db.SaveChangesAsync(ct);
        if (news is not null)
        {
            await ClearNews(SnapshotOf(news) - 2, ct);
        }
    }

    private async Task WriteNews(RepositoryState state, CancellationToken ct)
    {
        past.BeginStep();
        foreach (var from in StepsBefore(SnapshotOf(state)))
        {
            if (await NewsWriter.Write(state, from, past, ct) is { } file)
            {
                await Put(file.Path, file.Content, ct);
            }
        }
    }

    /// <summary>News to a snapshot that nobody is offered any more; whoever is still reading towards the last one finds his.</summary>
    private async Task ClearNews(long to, CancellationToken ct)
    {
        try
        {
            foreach (var from in StepsBefore(to))
            {
                await store.Delete(Bucket, PlaneLayout.MetadataPath(PlaneLayout.NewsName(from, to)), ct);
            }
        }
        catch (ObjectStoreException fault)
        {
            log.LogInformation(fault, "Old news stay in the object store: {Fault}", fault.Message);
        }
    }

    private static IEnumerable<long> StepsBefore(long version) =>
        Enumerable.Range(1, NewsWriter.Steps).Select(back => version - back).Where(from => from >= 1);

    private static long SnapshotOf(RepositoryState state) => state.Versions["snapshot"];

    /// <summary>A file beside the metadata, or one of it.</summary>
    public async Task Put(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var type = path.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream";
        await store.Put(Bucket, path, stream, content.Length, type, ct);
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
