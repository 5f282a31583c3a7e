using System.Security.Cryptography;
using LaiChau.Benchmarks.Agent;
using LaiChau.Benchmarks.Corpus;
using LaiChau.Distribution;
using LaiChau.ManyPoints;

namespace LaiChau.Benchmarks.Format;

/// <summary>An update of a point as it crossed the wire.</summary>
/// <param name="Up">Bytes from the point: request lines and headers.</param>
/// <param name="Down">Bytes to the point: everything, headers too.</param>
/// <param name="MetadataRequests">Requests for signed metadata.</param>
/// <param name="ContentRequests">All others.</param>
internal sealed record Transfer(long Up, long Down, int MetadataRequests, int ContentRequests)
{
    public long Bytes => Up + Down;
}

/// <summary>One pair through the product: the publisher and the agent as processes, a web server and a counted wire between them.</summary>
internal sealed record UpdateRun
{
    private const int CutsPerPair = 2;
    private static readonly TimeSpan Tidying = TimeSpan.FromSeconds(2);

    /// <summary>Making the new release ready to serve.</summary>
    public required Cost Publishing { get; init; }

    /// <summary>From the release before.</summary>
    public required Transfer Update { get; init; }

    /// <summary>From the older release, or from the release before while nothing had been prepared for that.</summary>
    public required Transfer FromOther { get; init; }

    /// <summary>Asking for news when there are none.</summary>
    public required Transfer Idle { get; init; }

    /// <summary>Most bytes that came twice because the line was cut, over all places where it was; everything that resuming costs is in it.</summary>
    public required long FetchedAgain { get; init; }

    /// <summary>Of the agent as it is installed, from its start until the update was on the screen and tidied up after.</summary>
    public required Cost Updating { get; init; }

    /// <summary>The same without an update.</summary>
    public required Cost Resting { get; init; }

    public static async Task<UpdateRun> Of(ReleasePair pair, string work, PublisherProcess publisher, string agent)
    {
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
        var plane = Directory.CreateDirectory(Path.Combine(work, "plane")).FullName;
        try
        {
            await using var server = await FileServer.Start(plane);
            await using var wire = new Wire(server.Address);
            return await new Stage(work, plane, server, wire, publisher, agent).Play(pair);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>The folders and the wire of one pair.</summary>
    private sealed record Stage(
        string Work,
        string Plane,
        FileServer Server,
        Wire Wire,
        PublisherProcess Publisher,
        string Agent
    )
    {
        private int _version;

        public async Task<UpdateRun> Play(ReleasePair pair)
        {
            if (pair.Older is { } older)
            {
                await Publish(older);
                await Pull("other", older);
            }
            await Publish(pair.Old);
            await Pull("point", pair.Old);
            if (pair.Older is null)
            {
                await Copy("point", "other");
            }
            await Copy("point", "installed");
            for (var i = 0; i < CutsPerPair; i++)
            {
                await Copy("point", $"cut-{i}");
            }
            var publishing = await Publish(pair.New);
            var fromOther = await Pull("other", pair.New);
            publishing += await MakeDelta(pair.Old, pair.New);
            var update = await Pull("point", pair.New);
            return new()
            {
                Publishing = publishing,
                FromOther = fromOther,
                Update = update,
                Idle = await Pull("point", pair.New),
                FetchedAgain = await Cut(pair, update),
                Updating = await Update(),
                Resting = await Update(),
            };
        }

        private Task<Cost> Publish(Side side) => Publisher.Do("publish", Plane, side.Folder, $"{++_version}");

        private Task<Cost> MakeDelta(Side old, Side next) =>
            Publisher.Do("delta", Plane, old.Folder, $"{_version - 1}", next.Folder, $"{_version}");

        private async Task<Cost> Update()
        {
            Wire.Reset();
            var data = Path.Combine(Work, "installed");
            InstalledAgent.Enrol(data, Wire.Address);
            await using var agent = await NativeServer.Start(Agent, InstalledAgent.Told(data, Wire.Address));
            while (InstalledAgent.Ask(data, "SELECT max(version) FROM release") < _version)
            {
                await Task.Delay(100);
            }
            await Task.Delay(Tidying);
            return agent.Spent;
        }

        private async Task<Transfer> Pull(string point, Side expected)
        {
            Wire.Reset();
            Server.TakeAsked();
            (await RunPoint(point)).OrThrow();
            await RequireWhole(point, expected);
            var asked = Server.TakeAsked();
            var metadata = asked.Count(path => path.StartsWith("/content/metadata/", StringComparison.Ordinal));
            var (up, down) = Wire.Bytes;
            return new(up, down, metadata, asked.Count - metadata);
        }

        /// <summary>Cuts the line at places drawn by lot, lets the point try again, and counts what came twice.</summary>
        private async Task<long> Cut(ReleasePair pair, Transfer uncut)
        {
            var random = new Random(1);
            long most = 0;
            for (var i = 0; i < CutsPerPair; i++)
            {
                Wire.Reset(cutAfter: random.NextInt64(1, uncut.Down));
                var cut = await RunPoint($"cut-{i}");
                if (cut.ExitCode != Point.LineWasCut)
                {
                    throw new InvalidOperationException($"A cut line went unnoticed: {cut.ExitCode} {cut.Errors}");
                }
                var before = Wire.Bytes.Down;
                var rest = await Pull($"cut-{i}", pair.New);
                most = Math.Max(most, before + rest.Down - uncut.Down);
            }
            return most;
        }

        private Task<Finished> RunPoint(string point) =>
            Self("point", Wire.Address.ToString(), Path.Combine(Work, point), FolderPublisher.RootOf(Plane));

        /// <summary>The point must hold every file of the release, whole, or nothing was measured.</summary>
        private async Task RequireWhole(string point, Side expected)
        {
            foreach (var file in Directory.EnumerateFiles(expected.Folder, "*", SearchOption.AllDirectories))
            {
                var name = (await Hash(file)).ToString();
                var held = Path.Combine(Work, point, "files", name[..2], name);
                if (!File.Exists(held) || (await Hash(held)).ToString() != name)
                {
                    throw new InvalidOperationException($"The point does not hold {file}.");
                }
            }
        }

        private static async Task<Sha256Digest> Hash(string file)
        {
            await using var content = File.OpenRead(file);
            return new(await SHA256.HashDataAsync(content));
        }

        private async Task Copy(string from, string to) =>
            (await Measure.Run("cp", ["-a", Path.Combine(Work, from), Path.Combine(Work, to)])).OrThrow();

        private static Task<Finished> Self(params string[] arguments) =>
            Measure.Run(Environment.ProcessPath!, arguments);
    }
}
