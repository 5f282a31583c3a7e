using System.Collections.Immutable;
using LaiChau.Distribution;

namespace LaiChau.PointAgent.Sticks;

/// <summary>
/// Knows which sticks are plugged in. It looks by itself, beside the pull: a mounted folder whose server is gone may keep whoever looks into it
/// waiting for ever.
/// </summary>
internal sealed class StickWatch(AgentOptions options, TimeProvider time, ILogger<StickWatch> log) : BackgroundService
{
    private const int MostFiles = 100_000;
    private static readonly string[] Mounts = ["/media/*", "/media/*/*", "/run/media/*/*", "/mnt/*"];
    private static readonly EnumerationOptions Any = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.None,
    };

    private static readonly EnumerationOptions All = new()
    {
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        RecurseSubdirectories = true,
        MaxRecursionDepth = 5,
    };

    private readonly Lock _turn = new();
    private Dictionary<string, string> _labels = [];
    private ImmutableArray<Stick> _present = [];
    private TaskCompletionSource _arrival = Unarrived();

    /// <summary>To be asked for content, whatever was found of their metadata: every byte is verified.</summary>
    public ImmutableArray<Stick> Present => _present;

    /// <summary>Ends when there is a stick to be read.</summary>
    public Task Arrival
    {
        get
        {
            lock (_turn)
                return _arrival.Task;
        }
    }

    /// <summary>A stick whose metadata is to be read; it is given until the caller says that its turn is over.</summary>
    public Stick? Next()
    {
        lock (_turn)
        {
            var due = Due();
            if (due is null && _arrival.Task.IsCompleted)
                _arrival = Unarrived();
            return due;
        }
    }

    public bool AnyWaits => _present.Any(s => s.Turn == StickTurn.WhenReady);

    /// <summary>The point is ready: those that wait for that have their turn.</summary>
    public void PointIsReady()
    {
        lock (_turn)
            foreach (var stick in _present.Where(s => s.Turn == StickTurn.WhenReady))
            {
                stick.Turn = StickTurn.Due;
                _arrival.TrySetResult();
            }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Look();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                log.LogWarning("Looking for sticks failed: {Reason}", error.Message);
            }
            await Task.Delay(options.Look, time, stoppingToken);
        }
    }

    private void Look()
    {
        var labels = Places()
            .Select(place => Path.Combine(place, PlaneLayout.StickFolder))
            .Distinct()
            .Where(IsPlane)
            .ToDictionary(folder => folder, Label);
        // One that is still being written is left in peace.
        var found = labels
            .Where(l => _labels.GetValueOrDefault(l.Key) == l.Value)
            .Select(l => _present.FirstOrDefault(s => s.Folder == l.Key && s.Label == l.Value) ?? new(l.Key, l.Value))
            .ToList();
        foreach (var gone in _labels.Keys.Except(labels.Keys))
            log.LogInformation("Stick {Stick} is gone", gone);
        _labels = labels;
        lock (_turn)
        {
            _present = [.. found];
            if (Due() is not null)
                _arrival.TrySetResult();
        }
    }

    private Stick? Due() => _present.FirstOrDefault(s => s.Turn == StickTurn.Due);

    private IEnumerable<string> Places() =>
        options.Sticks?.SelectMany(Expand)
        ?? (
            OperatingSystem.IsWindows()
                ? DriveInfo.GetDrives().Where(d => d.DriveType == DriveType.Removable).Select(d => d.Name)
                : Mounts.SelectMany(Expand)
        );

    private static IEnumerable<string> Expand(string pattern)
    {
        var root = Path.GetPathRoot(pattern) ?? "";
        IEnumerable<string> folders = [root];
        foreach (var name in pattern[root.Length..].Split('/', '\\').Where(n => n.Length > 0))
            folders = folders.SelectMany(f => name.Contains('*') ? Inside(f, name) : [Path.Combine(f, name)]);
        return folders;
    }

    private static string[] Inside(string folder, string pattern)
    {
        try
        {
            return Directory.GetDirectories(folder, pattern, Any);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsPlane(string folder) =>
        new DirectoryInfo(folder) is { Exists: true, LinkTarget: null }
        && new DirectoryInfo(Path.Combine(folder, "metadata")) is { Exists: true };

    /// <summary>How many files, of what size and age: when that changes it is to be read anew.</summary>
    private static string Label(string folder)
    {
        var (files, bytes, newest) = (0, 0L, 0L);
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", All).Take(MostFiles))
                (files, bytes, newest) = (
                    files + 1,
                    bytes + file.Length,
                    Math.Max(newest, file.LastWriteTimeUtc.Ticks)
                );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It says so itself when it is read.
        }
        return $"{files} {bytes} {newest}";
    }

    private static TaskCompletionSource Unarrived() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
