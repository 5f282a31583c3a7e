using Microsoft.Data.Sqlite;

namespace LaiChau.PointAgent.Storage;

/// <summary>Tells "the disk does not do as it should" from other failures: somebody has to look at the machine.</summary>
internal static class FailingDisk
{
    private const int InputOutputError = 5;
    private const int ReadOnlyFileSystem = 30;
    private const int SqliteReadOnly = 8;
    private const int SqliteInputOutputError = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteCannotOpen = 14;

    public static bool Caused(Exception error) =>
        error switch
        {
            IOException { HResult: InputOutputError or ReadOnlyFileSystem } => true,
            SqliteException
            {
                SqliteErrorCode: SqliteReadOnly or SqliteInputOutputError or SqliteCorrupt or SqliteCannotOpen,
            } => true,
            { InnerException: { } inner } => Caused(inner),
            _ => false,
        };
}
