namespace LaiChau.OpsConsole.Api;

public enum Fault
{
    /// <summary>No answer, or the answer of a part that is down.</summary>
    Unreachable,

    /// <summary>The access token is no longer taken.</summary>
    SignedOut,
    Forbidden,
    NotFound,

    /// <summary>Understood and refused; the code says why.</summary>
    Refused,
}

/// <summary>What is wrong with one row of a table that was sent.</summary>
public sealed record RowFault(int Row, string Column, string Message);

/// <summary>Why a call gave nothing, and the sentence that tells the user.</summary>
public sealed record ApiProblem(Fault Fault, string Part, string? Code = null, string? Detail = null)
{
    public IReadOnlyList<RowFault> Faults { get; init; } = [];

    /// <summary>The member of the body that is wrong, where one is.</summary>
    public string? Field { get; init; }

    /// <summary>What a form lacks is said before anybody is asked.</summary>
    public static ApiProblem Missing(string what, string? field = null) =>
        new(Fault.Refused, "", null, what) { Field = field };

    /// <summary>Whether the field of a form that becomes this member is what is wrong.</summary>
    public bool IsAt(string field) => Field == field || (field == "act" && Code == "act-unknown");

    public string Sentence =>
        Fault switch
        {
            Fault.Unreachable =>
                $"Phần «{Part}» của hệ thống hiện không trả lời. Những mục khác trên trang vẫn dùng được; hãy thử lại sau ít phút.",
            Fault.SignedOut => "Phiên đăng nhập không còn hiệu lực. Hãy đăng nhập lại để tiếp tục.",
            Fault.NotFound => $"Không tìm thấy mục này trong phần «{Part}». Có thể đường dẫn sai hoặc mục đã bị xoá.",
            _ => ByCode(),
        };

    private string ByCode() =>
        Code switch
        {
            "author-cannot-approve" =>
                "Người soạn không được tự phê duyệt nội dung của mình. Hãy nhờ một người duyệt khác.",
            "wrong-state" =>
                $"Thao tác này không còn phù hợp với trạng thái hiện tại{(Detail is null ? "" : ": " + Detail)}. Hãy tải lại trang để xem trạng thái mới nhất.",
            "conflict" => "Có người khác vừa thay đổi mục này. Hãy tải lại trang rồi làm lại.",
            "body-too-large" => "Tệp gửi lên quá lớn so với giới hạn của hệ thống.",
            "too-many-requests" => "Có quá nhiều yêu cầu trong thời gian ngắn. Hãy đợi một phút rồi thử lại.",
            "forbidden" or null when Fault == Fault.Forbidden =>
                "Tài khoản của bạn không có quyền làm việc này. Hãy liên hệ quản trị viên nếu cần.",
            _ => "Hệ thống không nhận yêu cầu: " + (Detail ?? Code ?? "không rõ lý do") + ".",
        };

    /// <summary>The status of a page that can show nothing but this.</summary>
    public int PageStatus =>
        Fault switch
        {
            Fault.Unreachable => StatusCodes.Status503ServiceUnavailable,
            Fault.NotFound => StatusCodes.Status404NotFound,
            Fault.Forbidden => StatusCodes.Status403Forbidden,
            Fault.SignedOut => StatusCodes.Status401Unauthorized,
            _ => StatusCodes.Status409Conflict,
        };
}
