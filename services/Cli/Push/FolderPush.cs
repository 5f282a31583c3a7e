using System.Collections.Concurrent;
using LaiChau.Cli.Api;

namespace LaiChau.Cli.Push;

/// <param name="Total">Bytes of the whole folder.</param>
/// <param name="Present">Bytes the server has, of earlier pushes and of this one.</param>
public sealed record PushProgress(string Phase, long Total, long Present, int Drops);

/// <summary>
/// Pushes a folder as a new release: cut into blocks, only missing ones sent, several at a time. After a drop it asks again what is
/// missing and goes on; it gives up only when nothing at all gets through for a while.
/// </summary>
public sealed class FolderPush(PlatformClient client, TimeProvider time)
{
    /// <summary>Rounds without one block delivered before giving up: about two minutes of back-off.</summary>
    public int MaxBarrenRounds { get; init; } = 9;
    public int Parallel { get; init; } = 4;

    public async Task<Release> Push(
        string folder,
        PackageDescription about,
        IProgress<PushProgress>? progress = null,
        CancellationToken ct = default
    )
    {
        var found = FolderScan.Scan(folder);
        var total = found.Sum(f => f.Size);
        progress?.Report(new PushProgress("cut", total, 0, 0));
        var (files, places) = await BlockPlan.Cut(found, ct);

        var drops = 0;
        var barren = 0;
        Api.Push? push = null;
        while (true)
        {
            try
            {
                push = push is null ? await client.StartPush(about, files, ct) : await client.GetPush(push.Id, ct);
                if (push.ReleaseId is { } done)
                {
                    return await client.GetRelease(done, ct);
                }
                var missing = push.Missing ?? [];
                var present = total - missing.Sum(sha => places[sha].Weight);
                progress?.Report(new PushProgress("send", total, present, drops));
                if (missing.Count == 0)
                {
                    progress?.Report(new PushProgress("complete", total, present, drops));
                    return await client.CompletePush(push.Id, ct);
                }
                var sent = await Send(
                    missing,
                    places,
                    delivered => progress?.Report(new PushProgress("send", total, present + delivered, drops)),
                    ct
                );
                barren = sent.Blocks > 0 ? 0 : barren;
                if (sent.Fault is not null)
                {
                    throw sent.Fault;
                }
            }
            catch (ServerUnreachableException fault) when (++barren <= MaxBarrenRounds)
            {
                drops++;
                await Task.Delay(Backoff.After(barren, fault), time, ct);
            }
        }
    }

    /// <summary>Sends until all is sent or something is dropped; a drop ends the round, not what is under way.</summary>
    private async Task<(int Blocks, ServerUnreachableException? Fault)> Send(
        IReadOnlyList<string> missing,
        IReadOnlyDictionary<string, BlockPlace> places,
        Action<long> delivered,
        CancellationToken ct
    )
    {
        var queue = new ConcurrentQueue<string>(missing);
        var blocks = 0;
        var bytes = 0L;
        ServerUnreachableException? fault = null;
        async Task Work()
        {
            while (Volatile.Read(ref fault) is null && queue.TryDequeue(out var sha256))
            {
                var place = places[sha256];
                try
                {
                    await client.UploadBlock(sha256, await place.Read(ct), ct);
                }
                catch (ServerUnreachableException drop)
                {
                    Volatile.Write(ref fault, drop);
                    return;
                }
                catch (PlatformProblemException problem) when (problem.Code == "block-hash-mismatch")
                {
                    throw new FolderRefusedException([$"«{place.Path}» đã thay đổi trong lúc đẩy; hãy chạy lại lệnh."]);
                }
                Interlocked.Increment(ref blocks);
                delivered(Interlocked.Add(ref bytes, place.Weight));
            }
        }
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Work()));
        return (blocks, fault);
    }
}
