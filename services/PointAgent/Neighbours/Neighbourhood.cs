using System.Collections.Immutable;
using System.Net;
using LaiChau.PointAgent.Portal;
using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>The points next door: those named at install time, and those that say by mDNS that they are there.</summary>
internal sealed class Neighbourhood(AgentOptions options, AgentDb db, TimeProvider time, ILogger<Neighbourhood> log)
{
    private const string TakenBytes = "neighbours:taken";

    /// <summary>However many say so: asking them must cost little.</summary>
    private const int Most = 16;

    /// <summary>Also some that are gone, so that one that misbehaved is no stranger when it comes back.</summary>
    private const int MostRemembered = 64;
    private readonly Lock _turn = new();
    private readonly ImmutableArray<Neighbour> _told =
    [
        .. options.Neighbours.Where(n => n != AgentOptions.FindNeighbours).Select(n => new Neighbour(n, time)),
    ];
    private readonly Dictionary<string, (Neighbour Neighbour, long SeenAt, TimeSpan For)> _found = new(
        StringComparer.Ordinal
    );
    private readonly TaskCompletionSource _firstLook = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _served;

    /// <summary>Who this point is to its neighbours: another one after each start, and no word of where it stands.</summary>
    public Guid Self { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public bool IsSearched => options.Neighbours.Contains(AgentOptions.FindNeighbours);

    /// <summary>Those that are there have had time to say so.</summary>
    public Task FirstLook => IsSearched ? _firstLook.Task : Task.CompletedTask;

    public ImmutableArray<Neighbour> Present
    {
        get
        {
            lock (_turn)
                return
                [
                    .. _told,
                    .. _found
                        .Values.Where(f => time.GetElapsedTime(f.SeenAt) < f.For)
                        .Select(f => f.Neighbour)
                        .Where(f => _told.All(t => t.Name != f.Name))
                        .Take(Most),
                ];
        }
    }

    /// <summary>Of all that ever came from neighbours, bytes.</summary>
    public long Taken => TakenOf(db);

    public void HasLooked() => _firstLook.TrySetResult();

    /// <summary>One says that it is there, for so long; zero: that it goes.</summary>
    public void Seen(IPEndPoint at, TimeSpan lifetime)
    {
        var name = at.ToString();
        lock (_turn)
        {
            if (!_found.TryGetValue(name, out var known))
            {
                if (lifetime == TimeSpan.Zero || !MakeRoom())
                    return;
                known.Neighbour = new Neighbour(name, time);
                log.LogInformation("The neighbour {Neighbour} is there", name);
            }
            _found[name] = known with { SeenAt = time.GetTimestamp(), For = lifetime };
        }
    }

    public void Gave(Neighbour neighbour, long bytes)
    {
        neighbour.Gave(bytes);
        db.WriteQuickly(c =>
            c.Execute(
                "INSERT INTO count VALUES ($name, $more) ON CONFLICT (name) DO UPDATE SET value = value + $more",
                ("$name", TakenBytes),
                ("$more", bytes)
            )
        );
    }

    public void Served(long bytes) => Interlocked.Add(ref _served, bytes);

    public static long TakenOf(AgentDb db) =>
        db.Read(c => c.Scalar<long>("SELECT value FROM count WHERE name = $name", ("$name", TakenBytes)));

    /// <summary>For the officer.</summary>
    public string Says()
    {
        if (options.Neighbours.Count == 0)
            return "không dùng";
        var present = Present;
        var served = Interlocked.Read(ref _served);
        return (present.IsEmpty ? "chưa thấy máy nào" : string.Join("; ", present.Select(Says)))
            + (served > 0 ? $". Đã chia cho máy bên cạnh {Say.Size(served)} từ khi khởi động" : "");
    }

    private static string Says(Neighbour neighbour) =>
        $"{neighbour.Name}: "
        + neighbour switch
        {
            { HasLied: true } => "đưa dữ liệu sai nên tạm thời không dùng",
            { HasFailed: true } => "chưa trả lời",
            { Taken: > 0 } => $"đã lấy {Say.Size(neighbour.Taken)}",
            _ => "chưa lấy gì",
        };

    private bool MakeRoom()
    {
        if (_found.Count < MostRemembered)
            return true;
        var gone = _found.Where(f => time.GetElapsedTime(f.Value.SeenAt) >= f.Value.For).Select(f => f.Key).ToList();
        return gone.Count > 0 && _found.Remove(gone[0]);
    }
}
