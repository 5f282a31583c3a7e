using LaiChau.PointAgent;
using LaiChau.ServiceDefaults;

namespace LaiChau.Standalone.Demo;

/// <summary>
/// The platform and one point, and the journey from a folder to the point's screen. Started again on the same data it goes on with it.
/// </summary>
internal static class DemoCommand
{
    public static async Task<int> Run(StandalonePlace place, int pointPort, bool once, CancellationToken ct)
    {
        string[] quiet = ["--Logging:LogLevel:Default=Warning", "--Telemetry:ReportSeconds=1"];
        await using var platform = StandaloneHost.Build(place, quiet);
        await platform.Services.MigrateDatabases(ct);
        WebApplication? point = null;
        var screen = new Uri($"http://localhost:{pointPort}/");
        try
        {
            await platform.StartAsync(ct);
            using var journey = new DemoJourney(place, screen);
            await journey.Run(
                async (code, stop) =>
                {
                    point = PointAgentApp.Build(
                        new AgentOptions
                        {
                            Server = place.Door,
                            DataFolder = place.File("point"),
                            Urls = screen.AbsoluteUri,
                            EnrolmentCode = code,
                            Poll = TimeSpan.FromSeconds(2),
                            Report = TimeSpan.FromSeconds(1),
                        },
                        builder => builder.Logging.SetMinimumLevel(LogLevel.Warning)
                    );
                    await point.StartAsync(stop);
                },
                ct
            );
            Console.WriteLine(
                $"""

                Every step held.
                  the console     {new Uri(place.Address, "console")}
                                  accounts admin, bientap, duyet, vanhanh; passwords in {place.File("passwords")}
                  the screen      {screen}
                  the API         {new Uri(place.Address, "reference")}
                """
            );
            if (!once)
            {
                Console.WriteLine("Runs until you stop it with Ctrl+C.");
                await platform.WaitForShutdownAsync(ct);
            }
            return 0;
        }
        catch (DemoFailedException failed)
        {
            await Console.Error.WriteLineAsync($"The journey ended here: {failed.Message}");
            return 1;
        }
        finally
        {
            if (point is not null)
            {
                await point.StopAsync(CancellationToken.None);
                await point.DisposeAsync();
            }
            await platform.StopAsync(CancellationToken.None);
        }
    }
}

internal sealed class DemoFailedException(string message, Exception? inner = null) : Exception(message, inner);
