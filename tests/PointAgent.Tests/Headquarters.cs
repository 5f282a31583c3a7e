using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;
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
    private RepositoryState _state;

    private Headquarters()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        _app = builder.Build();
        _app.MapGet("/content/{**path}", Content);
        _app.MapPost("/api/points/enrol", Enrol);
        _app.MapPost("/connect/token", Token);
        _app.MapPost("/api/telemetry/events", Events);
        var plan = RepositoryWriter.Create(
            new RepositoryDesign
            {
                Root = RoleSigners.One(_rootKey),
                Targets = RoleSigners.One(_rootKey),
                Snapshot = RoleSigners.One(_onlineKey),
                Timestamp = RoleSigners.One(_onlineKey),
                Feeds = new Dictionary<string, RoleSigners> { ["tinh"] = RoleSigners.One(_onlineKey) },
            },
            [_rootKey, _onlineKey],
            TimeProvider.System.GetUtcNow()
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

    /// <summary>Every answered request for content: path, range header, bytes.</summary>
    public ConcurrentQueue<(string Path, string Range, long Bytes)> Served { get; } = new();

    /// <summary>Accepted events by id, and how often each arrived.</summary>
    public ConcurrentDictionary<Guid, JsonObject> AcceptedEvents { get; } = new();

    public ConcurrentQueue<JsonObject> EnrolmentRequests { get; } = new();

    public ConcurrentQueue<string> Assertions { get; } = new();

    public int EventArrivals;

    public string? EnrolmentRefusal { get; set; }

    public static async Task<Headquarters> Open()
    {
        var headquarters = new Headquarters();
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
        Func<ReleaseDescription, ReleaseDescription>? change = null
    )
    {
        var description = new ReleaseDescription
        {
            ReleaseId = Guid.CreateVersion7(),
            Package = package,
            Version = version,
            Title = new Dictionary<string, string> { ["vi"] = $"{package} bản {version} (mẫu)" },
            Category = "smart-farming",
            Languages = ["vi"],
        };
        description = change?.Invoke(description) ?? description;
        var temporary = Path.Combine(_folder.FullName, $"pack-{description.ReleaseId}");
        BuiltRelease built;
        await using (var pack = File.Create(temporary))
            built = await ReleaseBuilder.Build(
                description,
                [
                    .. files.Select(f => new SourceFile(
                        f.Path,
                        f.MediaType,
                        _ => Task.FromResult<Stream>(new MemoryStream(f.Content))
                    )),
                ],
                pack
            );
        var packPath = PathOf(PlaneLayout.ObjectPath(built.Manifest.Pack.Sha256));
        File.Move(temporary, packPath, overwrite: true);
        await File.WriteAllBytesAsync(PathOf(PlaneLayout.ObjectPath(built.Manifest.Index.Sha256)), built.IndexBytes);
        Apply(new FeedChange("tinh") { Publish = [built.Manifest] });
        return built.Manifest;
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
                        RecalledAt = TimeProvider.System.GetUtcNow(),
                        Reason = "wrong-content",
                    },
                ],
            }
        );

    public void Withdraw(ReleaseManifest manifest) =>
        Apply(new FeedChange("tinh") { Withdraw = [manifest.Release.ReleaseId] });

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
            TimeProvider.System.GetUtcNow()
        );
        Write(plan);
        _state = plan.State;
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
        var range = http.Request.Headers.Range.ToString();
        var body = new CountingBody(http.Response.Body);
        http.Response.Body = body;
        try
        {
            if (await Misbehave(http, path))
                return;
            var file = Path.Combine(_folder.FullName, path);
            var answer = File.Exists(file)
                ? Results.Bytes(
                    await File.ReadAllBytesAsync(file),
                    entityTag: new(
                        $"\"{Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)))}\""
                    ),
                    enableRangeProcessing: true
                )
                : Results.NotFound();
            await answer.ExecuteAsync(http);
        }
        finally
        {
            Served.Enqueue((path, range, body.Count));
        }
    }

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
                ["feeds"] = new JsonArray("tinh"),
                ["tokenEndpoint"] = new Uri(Address, "connect/token").ToString(),
            }
        );
    }

    private async Task Token(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        Assertions.Enqueue(form["client_assertion"].ToString());
        await http.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["access_token"] = "mau",
                ["token_type"] = "Bearer",
                ["expires_in"] = 3600,
            }
        );
    }

    private async Task Events(HttpContext http)
    {
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

    private sealed class CountingBody(Stream inner) : Stream
    {
        public long Count { get; private set; }

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
            await inner.WriteAsync(buffer, cancellationToken);
            Count += buffer.Length;
        }
    }
}
