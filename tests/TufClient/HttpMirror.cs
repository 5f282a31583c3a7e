using System.Net;
using System.Text;
using LaiChau.Distribution;

namespace LaiChau.TufClient;

/// <summary>A repository behind two addresses.</summary>
internal sealed class HttpMirror(string metadata, string targets) : IMirror
{
    private const string TargetsFolder = "targets/";

    // Of a target's path everything that may stand in an address as it is.
    private const string Plain = "-._~!$&'()*+,;=:@/";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public async Task<byte[]?> FetchMetadata(string name, int maxLength, CancellationToken ct)
    {
        await using var stream = await Open(metadata, name, ct);
        if (stream is null)
        {
            return null;
        }
        var bytes = new byte[maxLength + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return bytes[..length];
    }

    public Task<Stream?> OpenContent(string path, ByteRange? range, CancellationToken ct) =>
        Open(targets, Escape(path[TargetsFolder.Length..]), ct);

    private static async Task<Stream?> Open(string folder, string name, CancellationToken ct)
    {
        // As it stands: nothing in a name may be taken for a way to another folder.
        var address = new Uri(
            $"{folder.TrimEnd('/')}/{name}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        var answer = await Http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            answer.Dispose();
            return null;
        }
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ct);
    }

    private static string Escape(string path)
    {
        var escaped = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            _ =
                char.IsAsciiLetterOrDigit((char)b) || Plain.Contains((char)b)
                    ? escaped.Append((char)b)
                    : escaped.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }
}
