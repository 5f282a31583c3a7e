using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace LaiChau.ServiceDefaults.Tests.Data;

public sealed class DatabaseFaultsTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.CannotConnectNow, true)]
    [InlineData(PostgresErrorCodes.UniqueViolation, false)]
    [InlineData(PostgresErrorCodes.UndefinedTable, false)]
    public void A_database_that_is_away_is_told_from_one_that_refuses_however_it_is_wrapped(string code, bool isAway)
    {
        var fault = new PostgresException("died", "FATAL", "FATAL", code);
        var saving = new DbUpdateException("An error occurred while saving.", fault);

        foreach (
            var wrapped in new Exception[]
            {
                fault,
                saving,
                new InvalidOperationException("likely due to a transient failure", fault),
                new InvalidOperationException("likely due to a transient failure", saving),
            }
        )
        {
            Assert.Equal(isAway, DatabaseFaults.IsUnavailable(wrapped));
        }
        Assert.False(DatabaseFaults.IsUnavailable(new InvalidOperationException("a bug")));
    }
}
