using System.Text.Json.Nodes;

namespace LaiChau.Testing;

/// <summary>Sample data («mẫu»): a bulletin as its writer sends it.</summary>
public static class SampleBulletin
{
    public static JsonObject Of(string slug, string title, string priority = "normal") =>
        new()
        {
            ["slug"] = slug,
            ["category"] = "smart-farming",
            ["level"] = "local",
            ["priority"] = priority,
            ["author"] = "Tổ biên tập (mẫu)",
            ["office"] = "Cơ quan phát hành (mẫu)",
            ["feed"] = "tinh",
            ["texts"] = new JsonArray(
                new JsonObject
                {
                    ["language"] = "vi",
                    ["title"] = title,
                    ["lead"] = "Một câu tóm tắt.",
                    ["body"] = "Nội dung mẫu.",
                }
            ),
        };
}
