using System.Diagnostics;

namespace LaiChau.PointAgent.Tests.Faults;

internal static class Programs
{
    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
