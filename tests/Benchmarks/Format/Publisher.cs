using System.Globalization;
using LaiChau.ManyPoints;

namespace LaiChau.Benchmarks.Format;

/// <summary>
/// The product's publisher at work on a folder. Runs in a process of its own, so that time and memory are its alone.
/// <c>publish PLANE FOLDER VERSION</c>: the folder is released as that version. <c>delta PLANE OLD-FOLDER OLD-VERSION FOLDER VERSION</c>: the delta between two
/// of them is made and listed. <c>nothing</c>: what it costs to start at all.
/// </summary>
internal static class Publisher
{
    public static async Task<int> Run(string[] arguments)
    {
        switch (arguments)
        {
            case ["publish", var plane, var folder, var version]:
                await FolderPublisher.Publish(plane, folder, int.Parse(version, CultureInfo.InvariantCulture));
                return 0;
            case ["delta", var plane, var oldFolder, var oldVersion, var folder, var version]:
                await FolderPublisher.MakeDelta(plane, (oldFolder, oldVersion), (folder, version));
                return 0;
            case ["nothing"]:
                return 0;
            default:
                return 2;
        }
    }
}
