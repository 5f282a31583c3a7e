using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using LaiChau.Contracts;
using LaiChau.Distribution;
using LaiChau.Distribution.Content;

namespace LaiChau.Catalog.Pushes;

/// <summary>What a push may say. Each rule names the field it found at fault; what passes is in one normal form.</summary>
internal static partial class ReleaseRules
{
    private const string BulletinPackages = "ban-tin";
    private const int MaxPackage = 128;
    private const int MaxTitle = 300;
    private const int MaxText = 2_000;
    private static readonly string EmptyHash = Sha256Digest.Of([]).ToString();

    /// <summary>As signed metadata writes times.</summary>
    public static DateTimeOffset? WholeSecond(DateTimeOffset? time) =>
        time is { } t ? new DateTimeOffset(t.UtcTicks - (t.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero) : null;

    /// <summary>No control character but for ends of lines and tabs.</summary>
    public static bool IsText(string? text) => text?.All(c => !char.IsControl(c) || c is '\n' or '\r' or '\t') ?? true;

    public static bool IsLanguage(string tag) => tag.Length <= 64 && Language().IsMatch(tag);

    public static void CheckRelease(Faults faults, ReleaseRequest request, CatalogOptions options, DateTimeOffset now)
    {
        faults.AddUnless(
            request.Package.Length <= MaxPackage && Package().IsMatch(request.Package),
            "package",
            "Tên gói chỉ gồm chữ thường a-z, chữ số và dấu «-», các phần cách nhau bằng «/», ví dụ nong-nghiep/che-shan."
        );
        faults.AddUnless(
            request.Package.Split('/')[0] != BulletinPackages,
            "package",
            "Tên gói bắt đầu bằng ban-tin/ dành cho bản tin."
        );
        faults.AddUnless(options.Feeds.Contains(request.Feed), "feed", $"Không có nguồn phát «{request.Feed}».");
        CheckTexts(faults, "title", request.Title, MaxTitle);
        faults.AddUnless(
            request.Title.TryGetValue("vi", out var title) && !string.IsNullOrWhiteSpace(title),
            "title.vi",
            "Cần tiêu đề tiếng Việt."
        );
        CheckTexts(faults, "summary", request.Summary, MaxText);
        faults.AddUnless(
            Categories.All.Contains(request.Category),
            "category",
            $"Chuyên mục phải là một trong: {string.Join(", ", Categories.All.Order(StringComparer.Ordinal))}."
        );
        faults.AddUnless(request.Languages.Count > 0, "languages", "Cần ít nhất một ngôn ngữ.");
        for (var i = 0; i < request.Languages.Count; i++)
        {
            faults.AddUnless(
                request.Languages[i] is { } tag && IsLanguage(tag),
                $"languages[{i}]",
                $"«{request.Languages[i]}» không phải mã ngôn ngữ BCP-47."
            );
        }
        faults.AddUnless(
            request.Languages.Distinct(StringComparer.OrdinalIgnoreCase).Count() == request.Languages.Count,
            "languages",
            "Ngôn ngữ bị lặp."
        );
        faults.AddUnless(request.Act is null || ActNumber.IsValid(request.Act), "act", ActNumber.Shape);
        faults.AddUnless(
            !(request.ValidFrom >= request.ValidUntil),
            "validUntil",
            "Thời điểm hết hiệu lực phải sau thời điểm bắt đầu."
        );
        faults.AddUnless(!(request.ValidUntil <= now), "validUntil", "Thời điểm hết hiệu lực đã qua.");
    }

    /// <summary>Texts by language: keys are BCP-47, nothing empty, nothing endless.</summary>
    public static void CheckTexts(Faults faults, string field, IReadOnlyDictionary<string, string> texts, int maxLength)
    {
        foreach (var (language, text) in texts)
        {
            faults.AddUnless(IsLanguage(language), $"{field}.{language}", "Không phải mã ngôn ngữ BCP-47.");
            faults.AddUnless(!string.IsNullOrWhiteSpace(text), $"{field}.{language}", "Không được để trống.");
            faults.AddUnless(
                !(text?.Length > maxLength) && IsText(text),
                $"{field}.{language}",
                $"Dài quá {maxLength} ký tự hoặc có ký tự điều khiển."
            );
        }
    }

    /// <summary>Checks the files and gives them in normal form, in order of path.</summary>
    public static IReadOnlyList<PushedFile> CheckFiles(
        Faults faults,
        IReadOnlyList<PushedFile> files,
        CatalogOptions options
    )
    {
        faults.AddUnless(files.Count > 0, "files", "Cần ít nhất một tệp.");
        faults.AddUnless(files.Count <= options.MaxFiles, "files", $"Nhiều hơn {options.MaxFiles} tệp.");
        var normal = new List<PushedFile>(files.Count);
        var blockSizes = new Dictionary<string, int>(StringComparer.Ordinal);
        long total = 0;
        for (var i = 0; i < files.Count && !faults.IsFull; i++)
        {
            if (files[i] is not { } file)
            {
                faults.Add($"files[{i}]", "Không được là null.");
                continue;
            }
            normal.Add(CheckFile(faults, $"files[{i}]", file, blockSizes));
            total = total <= options.MaxReleaseBytes ? total + Math.Max(0, file.Size) : total;
        }
        faults.AddUnless(total <= options.MaxReleaseBytes, "files", $"Tổng cỡ vượt {options.MaxReleaseBytes} byte.");
        try
        {
            ContentPath.RefuseCollisions(normal.Select(f => f.Path));
        }
        catch (ContentException collision)
        {
            faults.Add("files", collision.Message);
        }
        return [.. normal.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static PushedFile CheckFile(
        Faults faults,
        string field,
        PushedFile file,
        Dictionary<string, int> blockSizes
    )
    {
        var path = CheckPath(faults, $"{field}.path", file.Path);
        var blocks = new List<PushedBlock>(file.Blocks.Count);
        long sum = 0;
        for (var i = 0; i < file.Blocks.Count; i++)
        {
            if (
                file.Blocks[i] is not { Sha256: not null } block
                || !Sha256Digest.TryParse(block.Sha256, out var digest)
                || block.Size is < 1 or > UploadBlocks.MaxLength
                || !blockSizes.TryAdd(digest.ToString(), block.Size) && blockSizes[digest.ToString()] != block.Size
            )
            {
                faults.Add(
                    $"{field}.blocks[{i}]",
                    $"Khối của «{path}» cần mã băm SHA-256 (64 chữ số hex) và cỡ từ 1 đến {UploadBlocks.MaxLength} byte, như nhau ở mọi nơi."
                );
                return file;
            }
            blocks.Add(new(digest.ToString(), block.Size));
            sum += block.Size;
        }
        faults.AddUnless(
            file.Size == sum,
            $"{field}.size",
            $"«{path}»: khai {file.Size} byte nhưng các khối cộng lại {sum} byte."
        );
        var hash = Sha256Digest.TryParse(file.Sha256, out var whole) ? whole.ToString() : null;
        var implied =
            blocks is [] ? EmptyHash
            : blocks is [var only] ? only.Sha256
            : hash;
        faults.AddUnless(
            hash is not null && hash == implied,
            $"{field}.sha256",
            $"«{path}»: mã băm SHA-256 sai hoặc không khớp với các khối."
        );
        var mediaType = file.MediaType ?? MediaTypes.Of(path);
        faults.AddUnless(
            mediaType.Length <= 128 && MediaTypeHeaderValue.TryParse(mediaType, out _),
            $"{field}.mediaType",
            $"«{path}»: «{mediaType}» không phải kiểu tệp."
        );
        faults.AddUnless(
            file.Language is null || IsLanguage(file.Language),
            $"{field}.language",
            $"«{path}»: «{file.Language}» không phải mã ngôn ngữ BCP-47."
        );
        foreach (var (name, text) in new[] { ("alt", file.Alt), ("caption", file.Caption) })
        {
            faults.AddUnless(
                !(text?.Length > MaxText) && IsText(text),
                $"{field}.{name}",
                $"«{path}»: dài quá {MaxText} ký tự hoặc có ký tự điều khiển."
            );
        }
        return file with { Path = path, Sha256 = hash ?? file.Sha256, MediaType = mediaType, Blocks = blocks };
    }

    private static string CheckPath(Faults faults, string field, string path)
    {
        try
        {
            return ContentPath.Normalise(path);
        }
        catch (ContentException bad)
        {
            faults.Add(field, bad.Message);
            return path;
        }
    }

    /// <summary>Well-formed per RFC 5646 (BCP 47): language, script, region, variants, extensions, private use.</summary>
    [GeneratedRegex(
        @"\A([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Language();

    [GeneratedRegex(
        @"\A[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Package();
}
