using LaiChau.Distribution;

namespace LaiChau.PointAgent.Tests.Sticks;

/// <summary>A place where sticks are plugged in, and a stick that is made ready beside it.</summary>
internal sealed class Usb : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("usb-");

    public Usb()
    {
        Directory.CreateDirectory(Path.Combine(_place.FullName, "media"));
        Directory.CreateDirectory(Desk);
    }

    private const string Returned = "laichau-ve";

    public string Desk => Path.Combine(_place.FullName, "desk");
    public string Slot => Path.Combine(_place.FullName, "media", "USB-MAU");

    /// <summary>Where the agent is to look, as <c>Agent:Sticks</c> takes it.</summary>
    public string Places => Path.Combine(_place.FullName, "media", "*");

    /// <summary>A spare folder.</summary>
    public string Drawer => Path.Combine(_place.FullName, "drawer");

    public AgentOptions Told(AgentOptions options) => options with { Sticks = [Places] };

    /// <summary>Copies all of a headquarters' plane onto the stick that lies on the desk.</summary>
    public Usb With(Headquarters headquarters)
    {
        Copy(headquarters.ContentFolder, Path.Combine(Desk, PlaneLayout.StickFolder));
        return this;
    }

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            CopyOne(from, to, file);
    }

    public static void CopyOne(string from, string to, string file)
    {
        var copy = Path.Combine(to, Path.GetRelativePath(from, file));
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(file, copy, overwrite: true);
    }

    /// <summary>Where that file will be once it is plugged in.</summary>
    public string PluggedIn(string planePath) => Path.Combine(Slot, PlaneLayout.StickFolder, planePath);

    public string PathOf(string planePath) => Path.Combine(Desk, PlaneLayout.StickFolder, planePath);

    /// <summary>The newest file of a role.</summary>
    public string Metadata(string role) =>
        Directory
            .EnumerateFiles(PathOf("metadata"), $"*.{role}.json")
            .OrderBy(f => long.Parse(Path.GetFileName(f).Split('.')[0], null))
            .Last();

    /// <summary>The files that points gave to the stick that is plugged in.</summary>
    public string[] Back()
    {
        var folder = Path.Combine(Slot, Returned);
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.events") : [];
    }

    /// <summary>Somebody has made a link of the folder that points give to.</summary>
    public Usb LinkBack(string target)
    {
        Directory.CreateSymbolicLink(Path.Combine(Desk, Returned), target);
        return this;
    }

    public void PlugIn() => Directory.Move(Desk, Slot);

    public void PullOut() => Directory.Move(Slot, Desk);

    public void Dispose() => _place.Delete(recursive: true);
}
