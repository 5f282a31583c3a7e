using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using LaiChau.Distribution;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Keys;

/// <summary>NAME.pub.json: the public half of a key and whose it is, to hand to the others of a ceremony.</summary>
/// <param name="Owner">A word for people: nothing proves it but the fingerprint read out by the owner.</param>
internal sealed partial record PublicKeyFile(string Name, string Owner, TufKey Key)
{
    private const string Suffix = ".pub.json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    public static string FileName(string name) => name + Suffix;

    public static bool IsName(string name) => Names().IsMatch(name);

    public void Write(string folder) =>
        WholeFile.Write(
            Path.Combine(folder, FileName(Name)),
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["name"] = Name,
                    ["owner"] = Owner,
                    ["key"] = JsonNode.Parse(Key.ToJson()),
                }.ToJsonString(Readable) + '\n'
            )
        );

    /// <exception cref="CommandRefusedException">Not there, or not such a file.</exception>
    public static PublicKeyFile Read(string folder, string name)
    {
        var path = Path.Combine(folder, FileName(name));
        if (!IsName(name) || !File.Exists(path))
        {
            throw new CommandRefusedException(
                $"Không có tệp {path}: hãy chép {FileName(name)} của người giữ khóa vào đó."
            );
        }
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            return new(
                name,
                json["owner"]!.GetValue<string>().Normalize(),
                TufKey.FromJson(json["key"]!.ToJsonString())
            );
        }
        catch (Exception bad)
            when (bad is JsonException or InvalidOperationException or NullReferenceException or DistributionException)
        {
            throw new CommandRefusedException($"Tệp {path} không phải khóa công khai do «lcp keys new» tạo.");
        }
    }

    public static IReadOnlyList<PublicKeyFile> ReadAll(string folder) =>
        [
            .. Directory
                .EnumerateFiles(folder, "*" + Suffix)
                .Select(f => Path.GetFileName(f)[..^Suffix.Length])
                .Order(StringComparer.Ordinal)
                .Select(n => Read(folder, n)),
        ];

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
