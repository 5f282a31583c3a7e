using LaiChau.PointAgent;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Storage;
using LaiChau.Testing;

namespace LaiChau.Benchmarks.Agent;

/// <summary>The agent as it is installed, compiled ahead.</summary>
internal static class InstalledAgent
{
    /// <returns>The program.</returns>
    public static async Task<string> Build()
    {
        await Sh($"{Repository.Root}/deploy/agent/build.sh linux-x64");
        return Path.Combine(Repository.Root, "deploy/agent/out/obj/linux-x64/LaiChau.PointAgent");
    }

    /// <summary>That it is enrolled, it is told beforehand.</summary>
    public static void Enrol(string data, Uri server)
    {
        var identity = new PointIdentity(
            Guid.CreateVersion7(),
            "Điểm mẫu",
            null,
            "Xã mẫu",
            ["vi"],
            ["tinh"],
            new Uri(server, "connect/token")
        );
        using var db = new AgentDb(data);
        db.Write(c => c.Remember(Facts.Identity, identity, AgentJson.Default.PointIdentity));
    }

    public static (string, string)[] Told(string data, Uri server) =>
        [
            ("Agent__DataFolder", data),
            ("Agent__Server", server.ToString()),
            ("Agent__Sticks", ""),
            ("Agent__Neighbours", ""),
            // As its unit says.
            ("MALLOC_ARENA_MAX", "1"),
        ];

    /// <summary>A number of its database.</summary>
    public static long Ask(string data, string question)
    {
        using var db = new AgentDb(data);
#pragma warning disable CA2100 // Questions are constants of this program.
        return db.Read(c => c.Scalar<long>(question));
#pragma warning restore CA2100
    }

    public static async Task Sh(string script)
    {
        var run = await ProgramRun.OfCommand(["bash", "-ec", script], timeout: TimeSpan.FromMinutes(20));
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException(run.Output + run.Errors);
        }
    }
}
