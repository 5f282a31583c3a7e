using System.CommandLine;
using LaiChau.Standalone;
using LaiChau.Standalone.Demo;
using Microsoft.AspNetCore.Connections;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Where everything is kept: databases, objects, keys, passwords.",
    DefaultValueFactory = _ => new DirectoryInfo("laichau-data"),
    Recursive = true,
};
var port = new Option<int>("--port")
{
    Description = "The public door.",
    DefaultValueFactory = _ => 8000,
    Recursive = true,
};
var publicAddress = new Option<Uri?>("--public-address")
{
    Description =
        "The address others reach it by, such as https://noidung.example.vn; it then listens to other machines too. Without it: this machine only.",
};
var run = new Command(
    "run",
    "Runs the whole platform in one process until it is stopped. Any setting may follow as --Section:Name=value."
)
{
    publicAddress,
};
run.TreatUnmatchedTokensAsErrors = false;
run.SetAction(
    async (parsed, ct) =>
    {
        var place = new StandalonePlace(parsed.GetValue(data)!.FullName, parsed.GetValue(port))
        {
            PublicAddress = parsed.GetValue(publicAddress),
        };
        return await UnlessPortIsTaken(() => StandaloneHost.Run(place, [.. parsed.UnmatchedTokens], ct));
    }
);
var once = new Option<bool>("--once") { Description = "End after the journey; 0 if every step held." };
var pointPort = new Option<int>("--point-port")
{
    Description = "The screen of the sample point.",
    DefaultValueFactory = _ => 8100,
};
var demo = new Command(
    "demo",
    "Runs the platform with one support point, and takes sample content and a sample bulletin the whole way to its screen and off it again."
)
{
    once,
    pointPort,
};
demo.SetAction(
    (parsed, ct) =>
        UnlessPortIsTaken(() =>
            DemoCommand.Run(
                new StandalonePlace(parsed.GetValue(data)!.FullName, parsed.GetValue(port)),
                parsed.GetValue(pointPort),
                parsed.GetValue(once),
                ct
            )
        )
);
var root = new RootCommand("LaiChau.Platform in one process: SQLite, a folder for objects, no broker.") { run, demo };
root.Options.Add(data);
root.Options.Add(port);
return await root.Parse(args).InvokeAsync();

static async Task<int> UnlessPortIsTaken(Func<Task<int>> run)
{
    try
    {
        return await run();
    }
    catch (IOException taken) when (taken.InnerException is AddressInUseException)
    {
        await Console.Error.WriteLineAsync(
            $"{taken.Message} Another program listens there: end it, or choose other ports with --port and --point-port."
        );
        return 1;
    }
}
