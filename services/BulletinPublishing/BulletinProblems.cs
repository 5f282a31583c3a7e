using LaiChau.ServiceDefaults.Http;

namespace LaiChau.BulletinPublishing;

internal static class BulletinProblems
{
    public static readonly Problem NotFound = new(404, "bulletin-not-found", "Không có bản tin này");
    public static readonly Problem Invalid = new(422, "bulletin-invalid", "Bản tin chưa hợp lệ");
    public static readonly Problem SlugTaken = new(409, "slug-taken", "Tên rút gọn này đã dùng cho bản tin khác");
    public static readonly Problem WrongState = new(
        409,
        "wrong-state",
        "Trạng thái của bản tin không cho phép việc này"
    );
    public static readonly Problem AuthorCannotApprove = new(
        403,
        "author-cannot-approve",
        "Người soạn không được tự duyệt bản tin của mình"
    );
    public static readonly Problem AttachmentInvalid = new(422, "attachment-invalid", "Tệp đính kèm không hợp lệ");
    public static readonly Problem AttachmentTooLarge = new(413, "attachment-too-large", "Tệp đính kèm quá lớn");
    public static readonly Problem AttachmentNameTaken = new(
        409,
        "attachment-name-taken",
        "Bản tin đã có tệp đính kèm mang tên này"
    );
}
