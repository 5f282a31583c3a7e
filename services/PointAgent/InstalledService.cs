using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace LaiChau.PointAgent;

internal static class InstalledService
{
    /// <summary>
    /// Started by systemd, the program says when it serves, that it lives, and that it ends; by Windows, it follows the service control there. Started
    /// by hand it does neither.
    /// </summary>
    public static void AddInstalledService(this IServiceCollection services)
    {
        services.AddWindowsService();
        // Whoever wants to be told says where. The package's own AddSystemd looks at the parent process instead, which need not be systemd.
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } || OperatingSystem.IsWindows())
            return;
        services
            .AddSingleton<ISystemdNotifier, SystemdNotifier>()
            .AddSingleton<IHostLifetime, SystemdLifetime>()
            .Configure<ConsoleLoggerOptions>(console => console.FormatterName = ConsoleFormatterNames.Systemd)
            .AddHostedService<Watchdog>();
    }
}
