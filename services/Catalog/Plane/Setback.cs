using LaiChau.Catalog.Pushes;
using LaiChau.Distribution;
using LaiChau.ServiceDefaults.Objects;

namespace LaiChau.Catalog.Plane;

internal static class Setback
{
    /// <summary>What went wrong, for editors; the whole of it is in the log.</summary>
    public static string Describe(Exception fault) =>
        fault switch
        {
            ObjectStoreException => "Kho lưu trữ không trả lời; hệ thống tự thử lại.",
            BlockLostException lost => $"Khối dữ liệu {lost.Sha256} không còn trong kho.",
            PublishException or DistributionException => fault.Message,
            _ => "Lỗi nội bộ, đã ghi vào nhật ký; hệ thống tự thử lại.",
        };
}
