using System.Globalization;
using LaiChau.ManyPoints;

namespace LaiChau.Benchmarks.Format;

/// <summary>
/// The product's publisher at work on folders, in a process of its own that stays, as the service does. A line of standard input is a task, its words
/// parted by tabs: <c>publish PLANE FOLDER VERSION</c>, the folder is released as that version; <c>delta PLANE OLD-FOLDER OLD-VERSION FOLDER VERSION</c>, the
/// delta between two of them is made and listed. The answer is a line: what it cost, or what went wrong.
/// </summary>
internal static class Publisher
{
    public static async Task<int> Run()
    {
        while (await Console.In.ReadLineAsync() is { } task)
        {
            var before = Environment.CpuUsage.TotalTime;
            await Do(task.Split('\t'));
            var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{seconds}\t{Measure.PeakBytesOf(Environment.ProcessId)}")
            );
        }
        return 0;
    }

    private static Task Do(string[] task) =>
        task switch
        {
            ["publish", var plane, var folder, var version] => FolderPublisher.Publish(plane, folder, Number(version)),
            ["delta", var plane, var oldFolder, var oldVersion, var folder, var version] => FolderPublisher.MakeDelta(
                plane,
                (oldFolder, oldVersion),
                (folder, version)
            ),
            _ => throw new ArgumentException($"No such task: {task[0]}", nameof(task)),
        };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
