using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;
using LaiChau.Distribution.Feeds;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LaiChau.PointAgent.Tests;

/// <summary>
/// What a point talks to: a folder written by the format's own writer and served with ranges, and the few calls of enrolment,
/// token and telemetry. A test can make it misbehave as links and servers do.
/// </summary>
internal sealed class Headquarters : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("headquarters-");
    private readonly WebApplication _app;
    private readonly SigningKey _rootKey = SigningKey.Generate();
    private readonly SigningKey _onlineKey = SigningKey.Generate();
    private readonly ConcurrentDictionary<(Guid Release, string Path), byte[]> _contents = new();
    private readonly TimeProvider _time;
    private readonly string[] _feeds;
    private RepositoryState _state;

    private Headquarters(string host, TimeProvider time, string[] feeds)
    {
        (_time, _feeds) = (time, feeds);
        Address = new Uri($"http://{host}:{FreePort.Take()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        _app = builder.Build();
        _app.MapGet("/content/{**path}", Content);
        _app.MapPost("/api/points/enrol", Enrol);
        _app.MapGet("/api/points/me", Profile);
        _app.MapPost("/connect/token", Token);
        _app.MapPost("/api/telemetry/events", Events);
        var plan = RepositoryWriter.Create(
            new RepositoryDesign
            {
                Root = RoleSigners.One(_rootKey),
                Targets = RoleSigners.One(_rootKey),
                Snapshot = RoleSigners.One(_onlineKey),
                Timestamp = RoleSigners.One(_onlineKey),
                Feeds = feeds.ToDictionary(f => f, _ => RoleSigners.One(_onlineKey)),
            },
            [_rootKey, _onlineKey],
            _time.GetUtcNow()
        );
        Write(plan);
        _state = plan.State;
    }

    public Uri Address { get; }

    public string ContentFolder => _folder.FullName;

    /// <summary>Called before anything of /content is answered; true when it has answered itself.</summary>
    public Func<HttpContext, string, Task<bool>> Misbehave { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Called after events were taken and before that is said.</summary>
    public Action<HttpContext> BeforeEventsAnswer { get; set; } = _ => { };

    public Action<HttpContext> BeforeEnrolAnswer { get; set; } = _ => { };

    public Guid PointId { get; } = Guid.CreateVersion7();

    /// <summary>Every request for content from the moment it came, with what was sent so far.</summary>
    public ConcurrentQueue<Answer> Served { get; } = new();

    /// <summary>Accepted events by id, and how often each arrived.</summary>
    public ConcurrentDictionary<Guid, JsonObject> AcceptedEvents { get; } = new();

    public ConcurrentQueue<JsonObject> EnrolmentRequests { get; } = new();

    public ConcurrentQueue<string> Assertions { get; } = new();

    public int EventArrivals;

    public string? EnrolmentRefusal { get; set; }

    /// <summary>What the register says of the point; null: a platform that says nothing of the kind.</summary>
    public JsonObject? PointProfile { get; set; }

    /// <summary>How often that was asked for, and how often the answer was that nothing has changed.</summary>
    public (int Asked, int Unchanged) ProfileRequests { get; private set; }

    /// <summary>Requests for the next timestamp are held until there is one, this long at most.</summary>
    public TimeSpan Hold { get; set; }

    /// <summary>What is signed from now on is signed so long ago.</summary>
    public TimeSpan Ago { get; set; }

    /// <summary>What it holds now, for <see cref="GoOnFrom"/>.</summary>
    public RepositoryState State => _state;

    /// <summary>The point cannot reach it.</summary>
    public bool IsCutOff { get; set; }

    /// <param name="time">By which it signs.</param>
    /// <param name="feeds">There are, and all points are to follow.</param>
    public static Task<Headquarters> Open(TimeProvider? time = null, params string[] feeds) =>
        OpenAt("127.0.0.1", time, feeds);

    /// <inheritdoc cref="Open"/>
    public static async Task<Headquarters> OpenAt(string host, TimeProvider? time = null, params string[] feeds)
    {
        var headquarters = new Headquarters(host, time ?? TimeProvider.System, feeds is [] ? ["tinh"] : feeds);
        await headquarters._app.StartAsync();
        return headquarters;
    }

    public IEnumerable<JsonObject> EventsOf(string kind) =>
        AcceptedEvents.Values.Where(e => (string?)e["kind"] == kind);

    /// <summary>Publishes version after version; a test that needs a certain id or validity changes the description.</summary>
    public async Task<ReleaseManifest> Publish(
        string package,
        int version,
        (string Path, string MediaType, byte[] Content)[] files,
        Func<ReleaseDescription, ReleaseDescription>? change = null,
        ReleaseManifest[]? deltasFrom = null,
        DateTimeOffset? deltasBy = null
    )
    {
        var manifest = await Build(package, version, files, change);
        var deltas = new List<DeltaReference>();
        foreach (var from in deltasFrom ?? [])
            deltas.Add(await Delta(from, manifest));
        Announce(manifest, deltasBy, deltas);
        return manifest;
    }

    /// <summary>Puts a release's pack into the plane; nobody knows of it yet.</summary>
    public async Task<ReleaseManifest> Build(
        string package,
        int version,
        (string Path, string MediaType, byte[] Content)[] files,
        Func<ReleaseDescription, ReleaseDescription>? change = null
    )
    {
        var description = new ReleaseDescription
        {
            ReleaseId = Guid.CreateVersion7(_time.GetUtcNow()),
            Package = package,
            Version = version,
            Title = new Dictionary<string, string> { ["vi"] = $"{package} bản {version} (mẫu)" },
            Category = "smart-farming",
            Languages = ["vi"],
        };
        description = change?.Invoke(description) ?? description;
        await using var frames = new MemoryStream();
        var built = await ReleaseBuilder.Build(
            description,
            [
                .. files.Select(f => new SourceFile(
                    f.Path,
                    f.MediaType,
                    _ => Task.FromResult<Stream>(new MemoryStream(f.Content))
                )),
            ],
            () => new MemoryStream(),
            frames
        );
        await WriteObject(built.Manifest.Pack, built.PackHead, frames);
        foreach (var file in files)
            _contents[(description.ReleaseId, file.Path)] = file.Content;
        return built.Manifest;
    }

    /// <summary>Puts the delta from one release to another into the plane.</summary>
    public async Task<DeltaReference> Delta(ReleaseManifest from, ReleaseManifest to)
    {
        await using var frames = new MemoryStream();
        var built = await DeltaBuilder.Build(
            from,
            to,
            (file, _) => Task.FromResult<Stream>(new MemoryStream(ContentOf(from, file.Path))),
            (file, _) => Task.FromResult<Stream>(new MemoryStream(ContentOf(to, file.Path))),
            () =>
                new FileStream(
                    Path.Combine(_folder.FullName, Path.GetRandomFileName()),
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 0,
                    FileOptions.DeleteOnClose
                ),
            frames
        );
        Assert.NotNull(built);
        await WriteObject(built.Delta, built.Head, frames);
        return new(from.Release.ReleaseId, to.Release.ReleaseId, built.Delta);
    }

    /// <summary>Puts a release whose pack is in the plane into the feed.</summary>
    public void Announce(
        ReleaseManifest manifest,
        DateTimeOffset? deltasBy = null,
        IReadOnlyList<DeltaReference>? deltas = null,
        string feed = "tinh"
    ) =>
        Apply(
            new FeedChange(feed)
            {
                Publish = [manifest],
                DeltasBy = deltasBy,
                Deltas = deltas is { Count: > 0 }
                    ? new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [manifest.Release.ReleaseId] = deltas }
                    : new Dictionary<Guid, IReadOnlyList<DeltaReference>>(),
            }
        );

    /// <summary>Lists deltas of a release that is in the feed already.</summary>
    public void List(ReleaseManifest manifest, params IReadOnlyList<DeltaReference> deltas) =>
        Apply(
            new FeedChange("tinh")
            {
                Deltas = new Dictionary<Guid, IReadOnlyList<DeltaReference>> { [manifest.Release.ReleaseId] = deltas },
            }
        );

    private byte[] ContentOf(ReleaseManifest release, string path) => _contents[(release.Release.ReleaseId, path)];

    private async Task WriteObject(HeadedObject written, ReadOnlyMemory<byte> head, MemoryStream frames)
    {
        frames.Position = 0;
        await using var whole = new HeadedStream(head, frames);
        await using var file = File.Create(PathOf(written.PlanePath));
        await whole.CopyToAsync(file);
    }

    public void Recall(ReleaseManifest manifest) =>
        Apply(
            new FeedChange("tinh")
            {
                Recall =
                [
                    new Recall
                    {
                        ReleaseId = manifest.Release.ReleaseId,
                        Package = manifest.Release.Package,
                        RecalledAt = _time.GetUtcNow(),
                        Reason = "wrong-content",
                    },
                ],
            }
        );

    public void Withdraw(ReleaseManifest manifest) =>
        Apply(new FeedChange("tinh") { Withdraw = [manifest.Release.ReleaseId] });

    /// <summary>What was asked for beside metadata, in order.</summary>
    public IReadOnlyList<Answer> Asked =>
        [
            .. Served.Where(s =>
                !s.Path.StartsWith("metadata/", StringComparison.Ordinal) && !s.Path.Contains("recalls.json")
            ),
        ];

    public long BytesServed(string pathPart) =>
        Served.Where(s => s.Path.Contains(pathPart, StringComparison.Ordinal)).Sum(s => s.Bytes);

    public string PathOf(string planePath)
    {
        var path = Path.Combine(_folder.FullName, planePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rootKey.Dispose();
        _onlineKey.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Apply(FeedChange change)
    {
        var plan = RepositoryWriter.Apply(
            _state,
            new RepositoryChange { Feeds = [change] },
            [_rootKey, _onlineKey],
            _time.GetUtcNow() - Ago
        );
        Write(plan);
        _state = plan.State;
    }

    /// <summary>A backup is put back, and its timestamp signed anew several times.</summary>
    public void GoOnFrom(RepositoryState backup)
    {
        _state = backup;
        for (var i = 0; i < 5; i++)
        {
            var plan = RepositoryWriter.Apply(
                _state,
                new RepositoryChange(),
                [_rootKey, _onlineKey],
                _time.GetUtcNow() - Ago
            );
            Write(plan);
            _state = plan.State;
        }
    }

    private void Write(RepositoryPlan plan)
    {
        foreach (var file in plan.Files)
        {
            var path = PathOf(file.Path);
            File.WriteAllBytes(path + ".new", file.Content.ToArray());
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    private async Task Content(HttpContext http, string path)
    {
        var served = new Answer(path, http.Request.Headers.Range.ToString());
        Served.Enqueue(served);
        http.Response.Body = new CountingBody(http.Response.Body, served);
        if (IsCutOff)
            http.Abort();
        if (IsCutOff || await Misbehave(http, path))
            return;
        var file = Path.Combine(_folder.FullName, path);
        if (Hold > TimeSpan.Zero && http.Request.Headers.ContainsKey("Prefer"))
            await UntilChanged(http, file);
        var bytes = File.Exists(file) ? await File.ReadAllBytesAsync(file) : null;
        var answer = bytes is null
            ? Results.NotFound()
            : Results.Bytes(bytes, entityTag: new(TagOf(bytes)), enableRangeProcessing: true);
        await answer.ExecuteAsync(http);
    }

    private async Task UntilChanged(HttpContext http, string file)
    {
        http.Response.Headers["Preference-Applied"] = $"wait={Math.Ceiling(Hold.TotalSeconds)}";
        var (known, since) = (http.Request.Headers.IfNoneMatch.ToString(), Stopwatch.StartNew());
        while (since.Elapsed < Hold && TagOf(await File.ReadAllBytesAsync(file)) == known)
            await Task.Delay(20, http.RequestAborted);
    }

    private static string TagOf(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";

    private async Task Enrol(HttpContext http)
    {
        var request = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        EnrolmentRequests.Enqueue(request);
        BeforeEnrolAnswer(http);
        if (EnrolmentRefusal is { } code)
        {
            http.Response.StatusCode = 409;
            await http.Response.WriteAsJsonAsync(
                new JsonObject { ["code"] = code, ["detail"] = "Mã đã dùng." },
                options: null,
                contentType: "application/problem+json"
            );
            return;
        }
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["pointId"] = PointId,
                ["name"] = "Điểm mẫu",
                ["unitCode"] = "03000",
                ["unitName"] = "Xã mẫu",
                ["languages"] = new JsonArray("vi"),
                ["feeds"] = new JsonArray([.. _feeds.Select(f => JsonValue.Create(f))]),
                ["tokenEndpoint"] = new Uri(Address, "connect/token").ToString(),
            }
        );
    }

    private async Task Profile(HttpContext http)
    {
        if (IsCutOff)
        {
            http.Abort();
            return;
        }
        if (http.Request.Headers.Authorization != "Bearer mau" || PointProfile is not { } profile)
        {
            http.Response.StatusCode = PointProfile is null ? 404 : 401;
            return;
        }
        var tag =
            $"\"{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(profile.ToJsonString())))}\"";
        var isKnown = http.Request.Headers.IfNoneMatch == tag;
        ProfileRequests = (ProfileRequests.Asked + 1, ProfileRequests.Unchanged + (isKnown ? 1 : 0));
        http.Response.Headers.ETag = tag;
        if (isKnown)
            http.Response.StatusCode = 304;
        else
            await http.Response.WriteAsJsonAsync(profile);
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var assertion = form["client_assertion"].ToString();
        Assertions.Enqueue(assertion);
        if (!IsTimely(assertion))
        {
            http.Response.StatusCode = 401;
            return;
        }
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["access_token"] = "mau",
                ["token_type"] = "Bearer",
                ["expires_in"] = 3600,
            }
        );
    }

    /// <summary>By the time that stands in the answer's head.</summary>
    private static bool IsTimely(string assertion)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(assertion.Split('.')[1]))!;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return (long)claims["iat"]! <= now + 60 && (long)claims["exp"]! >= now;
    }

    private async Task Events(HttpContext http)
    {
        if (IsCutOff)
        {
            http.Abort();
            return;
        }
        if (http.Request.Headers.Authorization != "Bearer mau")
        {
            http.Response.StatusCode = 401;
            return;
        }
        var events = (await JsonNode.ParseAsync(http.Request.Body))!["events"]!.AsArray();
        Interlocked.Add(ref EventArrivals, events.Count);
        var added = 0;
        foreach (var one in events)
            if (AcceptedEvents.TryAdd((Guid)one!["id"]!, one.AsObject()))
                added++;
        BeforeEventsAnswer(http);
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["accepted"] = added,
                ["duplicates"] = events.Count - added,
                ["rejected"] = new JsonArray(),
            }
        );
    }

    /// <summary>A request's path and range header, and the bytes of its answer that were given to the network.</summary>
    public sealed record Answer(string Path, string Range)
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        internal void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Counts before it writes, in small steps: what a point has received is always counted already.</summary>
    private sealed class CountingBody(Stream inner, Answer answer) : Stream
    {
        private const int Step = 16 * 1024;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            for (var at = 0; at < buffer.Length; at += Step)
            {
                var step = buffer[at..Math.Min(at + Step, buffer.Length)];
                answer.Add(step.Length);
                await inner.WriteAsync(step, cancellationToken);
            }
        }
    }
}
