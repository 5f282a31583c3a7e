namespace LaiChau.PointAgent.Portal;

/// <summary>The subjects of the guidance as citizens see them: a name, a colour (by CSS class) and a picture.</summary>
internal sealed record Topic(string Code, string Name, string Picture)
{
    public static readonly IReadOnlyList<Topic> All =
    [
        new("daily-life", "Đời sống", "M3 11.5 12 4l9 7.5M6 9.5V20h12V9.5M10 20v-6h4v6"),
        new(
            "smart-farming",
            "Nông nghiệp",
            "M12 21v-9M12 14C7 14 4.5 11 4.5 6.5 9.5 6.5 12 9.5 12 14ZM12 11c0-4 2.5-7 7.5-7.5C19.5 8 17 11 12 11Z"
        ),
        new("public-services", "Dịch vụ công", "M7 3h7l4 4v14H7V3ZM14 3v4h4M9.5 12h6M9.5 16l1.8 1.8L15.5 14"),
        new("party-state-policy", "Chủ trương, chính sách", "M6 21V3.5M6 4h12l-2.5 4 2.5 4H6"),
        new(
            "local-economy",
            "Kinh tế địa phương",
            "M3.5 9 5 4h14l1.5 5M4.5 9v11h15V9M3.5 9a2.8 2.8 0 0 0 5.6 0 2.9 2.9 0 0 0 5.8 0 2.8 2.8 0 0 0 5.6 0M10 20v-6h4v6"
        ),
        new("national-economy", "Kinh tế cả nước", "M4 20h16M6 20v-6M11 20V10M16 20V5M4 9l5-4 4 2 6-4"),
        new(
            "e-commerce",
            "Mua bán trên mạng",
            "M3 4h2.5l2.3 11h10l2.2-8H6.5M9 20a1 1 0 1 0 0-.010M17 20a1 1 0 1 0 0-.010"
        ),
        new(
            "technology-production",
            "Công nghệ sản xuất",
            "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2"
        ),
        new(
            "digital-transformation",
            "Chuyển đổi số",
            "M4 8a9 9 0 0 1 15-1.5M19.5 3v4h-4M20 16a9 9 0 0 1-15 1.5M4.5 21v-4h4"
        ),
        new(
            "digital-skills",
            "Kỹ năng số",
            "M8 2.5h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1ZM11 18.5h2"
        ),
        new("basic-it", "Tin học cơ bản", "M4 4.5h16v11H4zM2 19.5h20M9 15.5v4M15 15.5v4"),
        new(
            "security-defence",
            "An ninh, quốc phòng",
            "M12 3 5 5.5V11c0 5 3 8 7 10 4-2 7-5 7-10V5.5L12 3ZM9 11.5l2.2 2.2L15.5 9.5"
        ),
        new(
            "foreign-affairs",
            "Đối ngoại, quốc tế",
            "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 2.5 4 5.5 4 9s-1 6.5-4 9c-3-2.5-4-5.5-4-9s1-6.5 4-9Z"
        ),
    ];

    private static readonly Topic Other = new("other", "Thông tin", "M5 4h14v16H5zM8.5 8.5h7M8.5 12h7M8.5 15.5h4");

    public static Topic Of(string code) => All.FirstOrDefault(t => t.Code == code) ?? Other;

    public static Topic? Find(string code) => All.FirstOrDefault(t => t.Code == code);
}
