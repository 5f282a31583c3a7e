using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LaiChau.ServiceDefaults;

/// <summary>Tells a database that is away (wait) from one that refuses (a bug or a conflict).</summary>
public static class DatabaseFaults
{
    public static bool IsUnavailable(Exception exception) =>
        exception switch
        {
            PostgresException postgres => postgres.IsTransient,
            NpgsqlException npgsql => npgsql.IsTransient
                || npgsql.InnerException is SocketException or IOException or TimeoutException,
            DbUpdateException { InnerException: { } inner } => IsUnavailable(inner),
            // What EF throws where it would have the caller try again, around either of the above.
            InvalidOperationException { InnerException: (DbException or DbUpdateException) and var inner } =>
                IsUnavailable(inner),
            _ => false,
        };

    /// <summary>Something still points at what was to go.</summary>
    public static bool IsForeignKeyViolation(DbUpdateException exception) =>
        exception.InnerException switch
        {
            PostgresException
            {
                SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation
            } => true,
            Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 787 or 1811 } => true,
            _ => false,
        };

    public static bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException switch
        {
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
            Microsoft.Data.Sqlite.SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true,
            _ => false,
        };
}
