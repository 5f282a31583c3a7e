using LaiChau.PointAgent.Library;
using LaiChau.Testing;

namespace LaiChau.PointAgent.Tests.Portal;

/// <summary>The sample package of the repository, and a few releases around it, as a point would hold them.</summary>
internal static class Samples
{
    public static (string, string, byte[])[] CheShan() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "deploy", "samples", "che-shan"))
                .Order(StringComparer.Ordinal)
                .Select(path => (Path.GetFileName(path), MediaType(path), File.ReadAllBytes(path))),
        ];

    public static (string, string, byte[]) Page(string path, string html) =>
        (path, "text/html", System.Text.Encoding.UTF8.GetBytes(html));

    public static async Task Fill(PortalRoom room)
    {
        await room.Show("nong-nghiep/che-shan", "Chăm sóc nương chè Shan", CheShan());
        await room.Show(
            "dich-vu-cong/khai-sinh",
            "Đăng ký khai sinh trên mạng (mẫu)",
            [Page("index.vi.html", "<p>Chuẩn bị giấy chứng sinh và căn cước của cha, mẹ.</p>")],
            r => r with { Category = "public-services" }
        );
        await room.Show(
            "doi-song/nuoc-sach",
            "Giữ nguồn nước sạch cho bản làng (mẫu)",
            [Page("index.vi.html", "<p>Che đậy bể nước, súc rửa định kỳ.</p>")],
            r => r with { Category = "daily-life", Languages = ["vi", "hmn-Latn-x-vn", "blt-Tavt"] }
        );
        await room.Show(
            "ban-tin/hop-ban",
            "Bản tin: tập huấn dùng điện thoại thông minh (mẫu)",
            [Page("index.vi.html", "<p>Mời bà con đến nhà văn hoá.</p>")],
            r => r with { Category = "digital-skills", IsBulletin = true }
        );
        await room.Show(
            "ban-tin/lu-quet",
            "Cảnh báo lũ quét ở suối lớn, không qua ngầm tràn (mẫu)",
            [
                Page("index.vi.html", "<p>Nội dung mẫu. Tránh xa bờ suối; nghe theo cán bộ xã.</p>"),
                (
                    "nghe.mp3",
                    "audio/mpeg",
                    CheShan().First(f => f.Item1.EndsWith(".mp3", StringComparison.Ordinal)).Item3
                ),
            ],
            r =>
                r with
                {
                    Category = "security-defence",
                    IsUrgent = true,
                    IsBulletin = true,
                    Summary = new() { ["vi"] = "Không đi qua ngầm tràn, suối lớn tối nay." },
                }
        );
    }

    private static string MediaType(string path) =>
        Path.GetExtension(path) switch
        {
            ".html" => "text/html",
            ".css" => "text/css",
            ".png" => "image/png",
            ".mp3" => "audio/mpeg",
            ".pdf" => "application/pdf",
            var other => throw new NotSupportedException(other),
        };
}
