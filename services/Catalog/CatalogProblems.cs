using LaiChau.ServiceDefaults.Http;

namespace LaiChau.Catalog;

internal static class CatalogProblems
{
    public static readonly Problem Invalid = new(422, "release-invalid", "Nội dung đẩy lên chưa hợp lệ");
    public static readonly Problem ArchiveInvalid = new(422, "archive-invalid", "Tệp nén không hợp lệ");
    public static readonly Problem ArchiveTypeUnknown = new(
        415,
        "archive-type-unknown",
        "Chỉ nhận application/zip hoặc application/gzip (tar.gz)"
    );
    public static readonly Problem BlockHashMismatch = new(
        422,
        "block-hash-mismatch",
        "Khối dữ liệu không khớp với mã băm đã khai"
    );
    public static readonly Problem BlockTooLarge = new(413, "block-too-large", "Khối dữ liệu lớn hơn 512 KiB");
    public static readonly Problem BlocksMissing = new(409, "blocks-missing", "Còn thiếu khối dữ liệu");
    public static readonly Problem FileHashMismatch = new(
        422,
        "file-hash-mismatch",
        "Tệp ghép từ các khối không khớp với mã băm đã khai"
    );
    public static readonly Problem PushNotFound = new(404, "push-not-found", "Không có lần đẩy này");
    public static readonly Problem ReleaseNotFound = new(404, "release-not-found", "Không có bản phát hành này");
    public static readonly Problem FileNotFound = new(404, "file-not-found", "Bản phát hành không có tệp này");
    public static readonly Problem WrongState = new(
        409,
        "wrong-state",
        "Trạng thái của bản phát hành không cho phép việc này"
    );
    public static readonly Problem NewerPublished = new(
        409,
        "newer-release-published",
        "Gói này đã có bản mới hơn được phát hành"
    );
    public static readonly Problem AuthorCannotApprove = new(
        403,
        "author-cannot-approve",
        "Người đẩy nội dung không được tự duyệt nội dung của mình"
    );
    public static readonly Problem MetadataRefused = new(422, "metadata-refused", "Không nhận tệp gốc tin cậy này");
    public static readonly Problem OnlineKeyMissing = new(
        409,
        "online-key-missing",
        "Máy chủ chưa có khóa trực tuyến cần dùng"
    );
    public static readonly Problem PlaneNotMade = new(409, "plane-not-made", "Mặt phẳng phân phối chưa được tạo");
    public static readonly Problem PlaneBusy = new(
        409,
        "plane-busy",
        "Đang ghi một bản phát hành, hãy thử lại sau ít phút"
    );
    public static readonly Problem ReasonInvalid = new(422, "reason-invalid", "Lý do chưa hợp lệ");
}
