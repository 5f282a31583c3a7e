using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LaiChau.Distribution.Tests.Trust.Conformance;

/// <summary>
/// A repository that anything can be done to, served over HTTP, with a record of what was asked for: the counterpart of the
/// repository simulator of the tuf-conformance suite. Metadata is indented JSON, so that a client has to make it canonical itself.
/// </summary>
internal sealed class Simulator : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly WebApplication _server;

    private Simulator(WebApplication server) => _server = server;

    /// <summary>The signed part of every role as it will be published next.</summary>
    public Dictionary<string, JsonObject> Roles { get; } = [];

    /// <summary>What was published, version 1 first.</summary>
    public Dictionary<string, List<byte[]>> Published { get; } = [];
    public Dictionary<string, List<TestSigner>> Signers { get; } = [];
    public Dictionary<string, byte[]> Artifacts { get; } = [];
    public List<(string Role, long? Version)> MetadataRequests { get; } = [];
    public List<(string Path, string? Hash)> ArtifactRequests { get; } = [];
    public bool HashesInMeta { get; set; }
    public DateTimeOffset SafeExpiry { get; } = TimeProvider.System.GetUtcNow().AddDays(30);

    public JsonObject Root => Roles["root"];
    public JsonObject Timestamp => Roles["timestamp"];
    public JsonObject Snapshot => Roles["snapshot"];
    public JsonObject Targets => Roles["targets"];
    public string Address => _server.Urls.First();
    public byte[] FirstRoot => Published["root"][0];

    public static async Task<Simulator> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var simulator = new Simulator(server);
        server.Run(simulator.Answer);
        simulator.Begin();
        await server.StartAsync();
        return simulator;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public JsonObject RoleOf(string role) => Root["roles"]![role]!.AsObject();

    public void SetThreshold(string role, int threshold) => RoleOf(role)["threshold"] = threshold;

    /// <summary>Makes a signer one of a top-level role's, or of a delegated one's.</summary>
    public TestSigner AddKey(string role, TestSigner? signer = null, string delegator = "root")
    {
        signer ??= TestSigner.New();
        ListKey(role, signer, delegator);
        AddSigner(role, signer);
        return signer;
    }

    /// <summary>Lists a key, as often as it is called; it signs nothing.</summary>
    public void ListKey(string role, TestSigner signer, string delegator = "root")
    {
        var owner = delegator == "root" ? Root : Roles[delegator]["delegations"]!.AsObject();
        owner["keys"]![signer.Id] = signer.KeyNode();
        var keyIds =
            delegator == "root"
                ? RoleOf(role)["keyids"]!
                : owner["roles"]!.AsArray().Single(r => r!["name"]!.GetValue<string>() == role)!["keyids"]!;
        keyIds.AsArray().Add(signer.Id);
    }

    public void AddSigner(string role, TestSigner signer)
    {
        if (!Signers.TryGetValue(role, out var signers))
        {
            Signers[role] = signers = [];
        }
        signers.RemoveAll(s => s.Id == signer.Id);
        signers.Add(signer);
    }

    public void ClearKeys(string role)
    {
        RoleOf(role)["keyids"] = new JsonArray();
        Signers[role].Clear();
    }

    /// <summary>Other keys, as many as the threshold.</summary>
    public void RotateKeys(string role)
    {
        ClearKeys(role);
        for (var i = RoleOf(role)["threshold"]!.GetValue<int>(); i > 0; i--)
        {
            AddKey(role);
        }
    }

    /// <summary>Begins a role anew at version 1: what was published of it is gone.</summary>
    public void RollBack(string role)
    {
        Published.Remove(role);
        Roles[role]["version"] = 1;
    }

    public void Expire(string role, DateTimeOffset at) => Roles[role]["expires"] = Time(at);

    /// <summary>Signs and serves roles, one version higher unless it is the first; snapshot and timestamp take note when they follow.</summary>
    public void Publish(params string[] roles)
    {
        foreach (var role in roles)
        {
            var signed = Roles[role];
            if (Published.TryGetValue(role, out var versions))
            {
                signed["version"] = signed["version"]!.GetValue<int>() + 1;
            }
            else
            {
                Published[role] = versions = [];
            }
            versions.Add(Sign(signed, Signers[role]));
            var meta = new JsonObject { ["version"] = signed["version"]!.GetValue<int>() };
            if (HashesInMeta)
            {
                meta["length"] = versions[^1].Length;
                meta["hashes"] = new JsonObject { ["sha256"] = Hex(SHA256.HashData(versions[^1])) };
            }
            if (role == "snapshot")
            {
                Timestamp["meta"]!["snapshot.json"] = meta;
            }
            else if (role is not ("root" or "timestamp"))
            {
                Snapshot["meta"]![$"{role}.json"] = meta;
            }
        }
    }

    public void Delegate(
        string delegator,
        string role,
        bool terminating = false,
        string[]? paths = null,
        DateTimeOffset? expires = null,
        string[]? hashPrefixes = null
    )
    {
        var delegations = Roles[delegator]["delegations"]?.AsObject();
        if (delegations is null)
        {
            Roles[delegator]["delegations"] = delegations = new()
            {
                ["keys"] = new JsonObject(),
                ["roles"] = new JsonArray(),
            };
        }
        delegations["roles"]!
            .AsArray()
            .Add(
                new JsonObject
                {
                    ["name"] = role,
                    ["keyids"] = new JsonArray(),
                    ["threshold"] = 1,
                    ["terminating"] = terminating,
                    [hashPrefixes is null ? "paths" : "path_hash_prefixes"] = new JsonArray([
                        .. (hashPrefixes ?? paths ?? ["*"]).Select(p => JsonValue.Create(p)),
                    ]),
                }
            );
        if (!Roles.ContainsKey(role))
        {
            Roles[role] = NewRole("targets", expires);
            Roles[role]["targets"] = new JsonObject();
        }
        AddKey(role, null, delegator);
    }

    public void AddArtifact(string role, byte[] content, string path, params string[] algorithms)
    {
        var hashes = new JsonObject();
        foreach (var algorithm in algorithms is [] ? ["sha256"] : algorithms)
        {
            hashes[algorithm] = algorithm == "sha256" ? Hex(SHA256.HashData(content)) : Hex(SHA512.HashData(content));
        }
        Roles[role]["targets"]![path] = new JsonObject { ["length"] = content.Length, ["hashes"] = hashes };
        Artifacts[path] = content;
    }

    /// <summary>Changes the envelope of what was published last, signatures and all.</summary>
    public void Tamper(string role, Action<JsonObject> change)
    {
        var envelope = JsonNode.Parse(Published[role][^1])!.AsObject();
        change(envelope);
        Published[role][^1] = Write(envelope);
    }

    public static byte[] Write(JsonObject envelope) => JsonSerializer.SerializeToUtf8Bytes(envelope, Indented);

    private static byte[] Sign(JsonObject signed, IEnumerable<TestSigner> signers)
    {
        var message = CanonicalJson.ForSigning(CanonicalJson.ToElement(signed));
        return Write(
            new()
            {
                ["signatures"] = new JsonArray([
                    .. signers.Select(s => new JsonObject { ["keyid"] = s.Id, ["sig"] = Hex(s.Sign(message)) }),
                ]),
                ["signed"] = signed.DeepClone(),
            }
        );
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Time(DateTimeOffset at) => JsonShape.Time(at);

    private void Begin()
    {
        Roles["root"] = NewRole("root");
        Roles["timestamp"] = NewRole("timestamp");
        Roles["snapshot"] = NewRole("snapshot");
        Roles["targets"] = NewRole("targets");
        Root["consistent_snapshot"] = true;
        Root["keys"] = new JsonObject();
        Root["roles"] = new JsonObject();
        Timestamp["meta"] = new JsonObject();
        Snapshot["meta"] = new JsonObject();
        Targets["targets"] = new JsonObject();
        foreach (var role in new[] { "root", "timestamp", "snapshot", "targets" })
        {
            Root["roles"]![role] = new JsonObject { ["keyids"] = new JsonArray(), ["threshold"] = 1 };
            AddKey(role);
        }
        Publish("targets", "snapshot", "timestamp", "root");
    }

    private JsonObject NewRole(string type, DateTimeOffset? expires = null) =>
        new()
        {
            ["_type"] = type,
            ["spec_version"] = "1.0.31",
            ["version"] = 1,
            ["expires"] = Time(expires ?? SafeExpiry),
        };

    private async Task Answer(HttpContext context)
    {
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.TrimStart('/');
        if (Find(path) is not { } content)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content);
    }

    private byte[]? Find(string path)
    {
        var isConsistent = Root["consistent_snapshot"]!.GetValue<bool>();
        if (path.StartsWith("metadata/", StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal))
        {
            var name = path["metadata/".Length..^".json".Length];
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && (name[(dot + 1)..] == "root" || (isConsistent && name != "timestamp")))
            {
                var version = int.Parse(name[..dot], System.Globalization.CultureInfo.InvariantCulture);
                var role = name[(dot + 1)..];
                MetadataRequests.Add((role, version));
                return Published.GetValueOrDefault(Uri.UnescapeDataString(role))?.ElementAtOrDefault(version - 1);
            }
            MetadataRequests.Add((name, null));
            return Published.GetValueOrDefault(Uri.UnescapeDataString(name))?[^1];
        }
        if (path.StartsWith("targets/", StringComparison.Ordinal))
        {
            var target = path["targets/".Length..];
            string? hash = null;
            if (isConsistent)
            {
                var file = target[(target.LastIndexOf('/') + 1)..];
                hash = file[..file.IndexOf('.', StringComparison.Ordinal)];
                target = target[..^file.Length] + file[(hash.Length + 1)..];
            }
            ArtifactRequests.Add((target, hash));
            return Artifacts.GetValueOrDefault(target);
        }
        return null;
    }
}
