using System.Globalization;
using LaiChau.PointRegistry.Units;

namespace LaiChau.PointRegistry.Points.Files;

/// <summary>The columns of a table of points, as officers open it in a spreadsheet.</summary>
internal static class PointColumns
{
    public const string Id = "Mã điểm";
    public const string Name = "Tên điểm";
    public const string UnitCode = "Mã xã, phường";
    public const string Languages = "Ngôn ngữ";
    public const string Feeds = "Kênh nội dung";
    public const string Latitude = "Vĩ độ";
    public const string Longitude = "Kinh độ";
    public const string Tags = "Nhãn";
    public const string Link = "Đường truyền";
    public const string MonthlyMegabytes = "Dung lượng mỗi tháng (MB)";
    public const string QuietHours = "Giờ không tải";
    public const string OpeningHours = "Giờ mở cửa";
    public const string Act = "Văn bản thành lập";
    public const string Notes = "Ghi chú";

    private const double Megabyte = 1e6;

    private static readonly Dictionary<LinkKind, string> LinkWords = new()
    {
        [LinkKind.Fibre] = "cáp quang",
        [LinkKind.Copper] = "cáp đồng",
        [LinkKind.Mobile] = "di động",
        [LinkKind.Satellite] = "vệ tinh",
        [LinkKind.Other] = "khác",
    };

    /// <summary>Every column of an export in its order; those that an import does not read tell what the platform knows.</summary>
    public static readonly IReadOnlyList<(string Header, Func<PointRow, object?> Read)> All =
    [
        (Id, r => r.Point.Id.ToString()),
        (Name, r => r.Point.Name),
        (UnitCode, r => r.Unit.Code),
        ("Xã, phường", r => r.Unit.FullName),
        ("Trạng thái", r => WordFor(r.State)),
        ("Lý do", r => r.Reason),
        (Languages, r => string.Join(", ", r.Point.Languages)),
        (Feeds, r => string.Join(", ", r.Point.Feeds)),
        (Latitude, r => r.Point.Latitude),
        (Longitude, r => r.Point.Longitude),
        (Tags, r => string.Join(", ", r.Point.Tags)),
        (Link, r => r.Point.Link is { Kind: { } kind } ? LinkWords[kind] : null),
        (MonthlyMegabytes, r => r.Point.Link is { MonthlyBytes: { } bytes } ? bytes / Megabyte : null),
        (QuietHours, r => r.Point.Link is { QuietHours: { } hours } ? string.Join(", ", hours) : null),
        (OpeningHours, r => WeekText.Write(r.Point.OpeningHours)),
        (Act, r => r.Point.Act?.Number),
        (Notes, r => r.Point.Notes),
        ("Ghi danh lúc", r => Moment(r.Point.EnrolledAt)),
        ("Mất liên lạc từ", r => Moment(r.Point.SilentSince)),
        ("Đăng ký lúc", r => Moment(r.Point.CreatedAt)),
    ];

    /// <summary>The column of a fault that <see cref="PointProfileRequest.Faults"/> found.</summary>
    public static string OfField(string? field) =>
        field switch
        {
            "name" => Name,
            "languages" => Languages,
            "feeds" => Feeds,
            "latitude" => Latitude,
            "link.monthlyBytes" => MonthlyMegabytes,
            "link.quietHours" => QuietHours,
            "openingHours" => OpeningHours,
            "tags" => Tags,
            _ => Notes,
        };

    /// <summary>What a row says, and what of it cannot be read.</summary>
    public static (PointProfileRequest Request, List<(string Column, string Message)> Faults) Read(
        Func<string, string> cell
    )
    {
        var faults = new List<(string, string)>();
        if (cell(Id).Length > 0)
        {
            faults.Add(
                (
                    Id,
                    "Nhập tệp chỉ thêm điểm mới. Hãy bỏ dòng của điểm đã có, hoặc xoá ô mã điểm nếu muốn thêm một điểm khác."
                )
            );
        }
        var (latitude, longitude) = (Number(Latitude), Number(Longitude));
        var megabytes = Number(MonthlyMegabytes);
        if (faults.Exists(f => f.Item1 is Latitude or Longitude))
        {
            (latitude, longitude) = (null, null);
        }
        if (megabytes is > 1e12)
        {
            faults.Add((MonthlyMegabytes, "Dung lượng quá lớn."));
            megabytes = null;
        }
        LinkKind? kind = null;
        if (cell(Link) is { Length: > 0 } said)
        {
            kind = LinkWords
                .Where(w => SearchText.Plain(w.Value) == SearchText.Plain(said))
                .Select(w => (LinkKind?)w.Key)
                .FirstOrDefault();
            if (kind is null)
            {
                faults.Add((Link, $"Đường truyền là một trong: {string.Join(", ", LinkWords.Values)}."));
            }
        }
        var week = WeekText.Read(cell(OpeningHours));
        if (week is null)
        {
            faults.Add(
                (
                    OpeningHours,
                    "Giờ mở cửa cần ghi như «T2-T6 07:30-11:30 13:30-17:00; T7 08:00-11:00; CN 08:00-10:00»."
                )
            );
        }
        var request = new PointProfileRequest(
            cell(Name),
            Code(cell(UnitCode)),
            List(cell(Languages)),
            cell(Feeds).Length > 0 ? List(cell(Feeds)) : null,
            latitude,
            longitude,
            new PointLink(kind, (long?)(megabytes * Megabyte), List(cell(QuietHours))),
            week ?? [],
            List(cell(Tags)),
            cell(Notes),
            Act: cell(Act)
        );
        faults.AddRange(request.Faults().Select(f => (OfField(f.Field), f.Sentence)));
        return (request, faults);

        double? Number(string column)
        {
            var text = cell(column).Replace(',', '.');
            if (text.Length == 0)
            {
                return null;
            }
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
            faults.Add((column, $"«{cell(column)}» không phải là một số."));
            return null;
        }
    }

    private static List<string> List(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>A spreadsheet takes a code for a number and drops the zeros before it.</summary>
    private static string Code(string text) =>
        text is { Length: > 2 and < 5 } && text.All(char.IsAsciiDigit) ? text.PadLeft(5, '0') : text;

    private static string WordFor(PointState state) =>
        state switch
        {
            PointState.Planned => "Dự kiến",
            PointState.Active => "Hoạt động",
            PointState.Suspended => "Tạm dừng",
            _ => "Đã đóng",
        };

    private static string? Moment(DateTimeOffset? moment) => moment is { } at ? VietnamDay.Write(at) : null;
}
