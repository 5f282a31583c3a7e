using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Storage;

/// <summary>Tells "no room left" from other failures: it is waited out while the portal keeps serving.</summary>
internal static class FullDisk
{
    private const int FileTooLarge = 27;
    private const int NoSpace = 28;
    private const int QuotaReached = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int SqliteFull = 13;

    /// <summary>Of <see cref="NoRoomException"/>.</summary>
    public const int Expected = -NoSpace;

    public static bool Caused(Exception error) =>
        error switch
        {
            IOException { HResult: Expected or FileTooLarge or NoSpace or QuotaReached or WindowsDiskFull } => true,
            SqliteException { SqliteErrorCode: SqliteFull } => true,
            { InnerException: { } inner } => Caused(inner),
            _ => false,
        };
}
