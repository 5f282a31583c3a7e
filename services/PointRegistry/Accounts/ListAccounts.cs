using LaiChau.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Accounts;

internal static class ListAccounts
{
    public static async Task<Page<AccountAnswer>> Handle(
        int? limit,
        Guid? after,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        var query = db.Accounts.AsNoTracking();
        if (after is not null)
        {
            query = query.Where(a => a.Id > after);
        }
        var size = Paging.Size(limit);
        var accounts = await query.OrderBy(a => a.Id).Take(size + 1).ToListAsync(ct);
        return Paging.Cut(accounts, size, a => a.Id.ToString(), AccountAnswer.Of);
    }
}
