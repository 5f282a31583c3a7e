using System.Text.Json.Serialization;
using LaiChau.PointAgent.Portal;

namespace LaiChau.PointAgent.Sticks;

/// <summary>What became of a stick's signed metadata.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StickFinding>))]
internal enum StickFinding
{
    Accepted,
    NothingNew,
    Older,
    OtherAudience,
    Forged,
    RolledBack,
    Expired,
    Damaged,
    Unreadable,
    NoRoom,
    NotReady,
}

/// <summary>What became of the content on it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StickTrouble>))]
internal enum StickTrouble
{
    None,
    Spoilt,
    NoRoom,
}

/// <summary>All that is said of a stick, kept over a restart.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Name">Of the stick.</param>
/// <param name="Finding">On its metadata.</param>
internal sealed record StickReport(DateTimeOffset At, string Name, StickFinding Finding)
{
    /// <summary>As its timestamp says; believe it only of one that was verified.</summary>
    public long Version { get; init; }
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Releases that the point had not, and that it had and are recalled.</summary>
    public int News { get; init; }
    public int Recalls { get; init; }

    /// <summary>Releases whose content came from it.</summary>
    public int Copied { get; init; }
    public StickTrouble Trouble { get; init; }

    /// <summary>An officer has to do something. An honest old stick is no trouble.</summary>
    [JsonIgnore]
    public bool NeedsCare =>
        Trouble != StickTrouble.None
        || Finding
            is StickFinding.Forged
                or StickFinding.RolledBack
                or StickFinding.Expired
                or StickFinding.Damaged
                or StickFinding.Unreadable
                or StickFinding.NoRoom;

    /// <summary>For the officer.</summary>
    public string Says() => Head() + Tail();

    private string Head() =>
        Finding switch
        {
            StickFinding.Accepted =>
                $"Đã nhận USB «{Name}»: danh mục phiên bản {Say.Count(Version)}, {News} mục mới, {Recalls} mục bị thu hồi",
            StickFinding.NothingNew => $"USB «{Name}» không có gì mới: điểm đã có danh mục này",
            StickFinding.Older =>
                $"USB «{Name}» cũ hơn danh mục điểm đang có nên không cần nhận; tệp nào trên đó còn cần thì điểm vẫn dùng",
            StickFinding.OtherAudience =>
                $"USB «{Name}» dành cho nơi khác: trên đó không có kênh nội dung của điểm này",
            StickFinding.Forged => $"USB «{Name}» sai chữ ký, có thể là giả: điểm không nhận danh mục. Hãy báo Sở",
            StickFinding.RolledBack =>
                $"USB «{Name}» đưa bản cũ vào danh mục mới, không đáng tin: điểm không nhận danh mục. Hãy báo Sở",
            StickFinding.Expired =>
                $"USB «{Name}» đã quá hạn{(Expires <= At ? $" từ {Say.Moment(Expires.Value)}" : "")}: điểm không nhận danh mục. Hãy xin bản sao mới",
            StickFinding.Damaged =>
                $"USB «{Name}» bị hỏng hoặc sao chưa xong: điểm không nhận danh mục. Hãy sao lại USB",
            StickFinding.Unreadable => $"Không đọc được USB «{Name}»: bị lỗi hoặc bị rút giữa chừng. Hãy cắm lại",
            StickFinding.NoRoom => $"Máy không đủ chỗ để nhận USB «{Name}». Hãy dọn bớt đĩa rồi cắm lại",
            _ => $"Chưa dùng được USB «{Name}»: điểm phải ghi danh và liên lạc được với máy chủ một lần trước đã",
        };

    private string Tail() =>
        (Copied > 0 ? $"; đã chép {Copied} mục từ USB" : "")
        + Trouble switch
        {
            StickTrouble.Spoilt => "; một số tệp trên USB bị hỏng hoặc thiếu, điểm lấy phần đó qua mạng.",
            StickTrouble.NoRoom => "; máy không đủ chỗ để chép hết, hãy dọn bớt đĩa rồi cắm lại USB.",
            _ => ".",
        };
}
