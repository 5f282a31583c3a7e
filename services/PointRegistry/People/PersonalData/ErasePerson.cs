using System.Security.Claims;
using System.Text;
using LaiChau.Contracts.Points;
using LaiChau.PointRegistry.Accounts.SecondFactors;
using LaiChau.PointRegistry.Acts;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Data.People;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace LaiChau.PointRegistry.People.PersonalData;

/// <param name="Reason">Kept in the audit trail; it must not name the person.</param>
/// <param name="Act">The number, or the id, of the act that it rests on.</param>
internal sealed record ErasureRequest(string Reason, string? Act = null)
{
    public ProblemHttpResult? Fault(PersonOnRecord person) =>
        Reason.Trim() is not { Length: > 0 and <= 1000 } reason
            ? PointRegistryProblems.Invalid("reason", "Lý do xoá phải có từ 1 đến 1000 ký tự.")
        : person.Names.Any(n =>
            $" {SearchText.Plain(reason)} ".Contains($" {SearchText.Plain(n)} ", StringComparison.Ordinal)
        )
            ? PointRegistryProblems.Invalid(
                "reason",
                "Lý do được giữ mãi trong nhật ký kiểm toán nên không được nhắc tên, tên đăng nhập hay số điện thoại của người ấy."
            )
        : null;
}

/// <param name="Erased">What loses the person's name, telephone or user name, or goes.</param>
/// <param name="Elsewhere">What other services erase, when they hear of it.</param>
/// <param name="Kept">What stays, and why.</param>
/// <param name="Mentions">Where the words themselves still stand: in what people wrote, or as somebody else's name.</param>
internal sealed record ErasureAnswer(
    bool DryRun,
    Guid? AccountId,
    IReadOnlyList<Guid> MemberIds,
    IReadOnlyList<PersonalRows> Erased,
    IReadOnlyList<string> Elsewhere,
    IReadOnlyList<string> Kept,
    IReadOnlyList<PersonalRows> Mentions
);

/// <summary>
/// The person's names go from every table and from the audit trail; the id stays, as a pseudonym. The account is disabled for good. A dry run does the
/// same and takes it back.
/// </summary>
internal static class ErasePerson
{
    private static readonly string[] Elsewhere =
    [
        "Dịch vụ nội dung (catalog): tên người đẩy, người duyệt các bản phát hành.",
        "Dịch vụ bản tin (bulletins): tên người viết, người duyệt bản tin, cả trong nhật ký kiểm toán.",
    ];

    private static readonly string[] Kept =
    [
        "Mã của người ấy, trong lịch sử và nhật ký kiểm toán: vẫn phải chứng minh được việc nào do cùng một người làm. Không còn gì nối mã với tên.",
        "Nội dung đã phát hành, kể cả tên tác giả ghi trên bản tin: đã được ký và đã đến các điểm. Muốn gỡ thì rút bản tin.",
        "Kết quả tập huấn, việc đã xử lý, lần mở cửa: số liệu của điểm, không còn tên.",
    ];

    public static async Task<Results<Ok<ErasureAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        ErasureRequest request,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<PersonOnRecord> log,
        CancellationToken ct
    )
    {
        await using var transaction = await PlaceLock.Of(db, "erasure", ct);
        if (await PersonOnRecord.Find(db, id, ct) is not { } person)
        {
            return PointRegistryProblems.PersonNotFound.With(
                "Không có tài khoản hay thành viên Tổ công nghệ số cộng đồng nào mang mã này."
            );
        }
        if (person.Account?.Id == user.AccountId())
        {
            return PointRegistryProblems.OwnAccount.With(
                "Không thể tự xoá dữ liệu của chính mình. Hãy nhờ quản trị viên khác."
            );
        }
        if (request.Fault(person) is { } fault)
        {
            return fault;
        }
        var (act, unknown) = await FindAct.Cited(db, request.Act, ct);
        if (unknown is not null)
        {
            return unknown;
        }
        var names = await NamesEver(db, person, ct);
        // A trainer is a name and nothing else: whoever is called so.
        var taught = await db.TrainingSessions.Where(s => names.Contains(s.Trainer)).Select(s => s.Id).ToListAsync(ct);
        var keys = await db.AccountKeys.Where(k => k.AccountId == person.Ids[0]).Select(k => k.Id).ToListAsync(ct);
        var erased = await EraseOwn(db, person, time, ct);
        erased.AddRange(await EraseBeside(db, person.Ids, taught, names, ct));
        var parts = await ForgetPerson.Parts(db, person.Ids, names, ct);
        parts.AddRange(await ForgetPerson.Parts(db, [.. taught, .. keys], [], ct));
        parts.Sort();
        erased.Add(new("audit_personal_parts", parts.Count));
        var mentions = await ForgetPerson.Mentions(db, names, ct);
        var answer = new ErasureAnswer(
            dryRun is true,
            person.Account?.Id,
            [.. person.Members.Select(m => m.Id)],
            [.. erased.Where(e => e.Rows > 0)],
            person.Account is null ? [] : Elsewhere,
            Kept,
            mentions
        );
        if (dryRun is true)
        {
            return TypedResults.Ok(answer);
        }
        foreach (var one in person.Ids)
        {
            db.NoteErasure(
                one,
                one == person.Ids[0] ? parts : [],
                new() { ["reason"] = request.Reason.Trim(), ["act"] = act?.Number }
            );
        }
        if (person.Account is { } account)
        {
            var now = time.GetUtcNow();
            db.Publish(
                new PersonErased
                {
                    PersonId = account.Id,
                    ErasedAt = now,
                    AggregateVersion = now.ToUnixTimeMilliseconds(),
                },
                time
            );
        }
        await db.SaveChangesAsync(ct);
        await transaction.Commit(ct);
        log.LogInformation("Person {PersonId} erased by {By}", person.Ids[0], user.AccountId());
        return TypedResults.Ok(answer);
    }

    /// <summary>What the person is called now and was called before, by the trail: another name, an old telephone.</summary>
    private static async Task<IReadOnlyCollection<string>> NamesEver(
        PointRegistryDb db,
        PersonOnRecord person,
        CancellationToken ct
    ) =>
        [
            .. person
                .Names.Concat(await ForgetPerson.TextsOf(db, person.Ids, ct))
                .Where(n => n != ForgetPerson.Name && n != person.Account?.Pseudonym)
                .Distinct(),
        ];

    /// <summary>The person's own rows.</summary>
    private static async Task<List<PersonalRows>> EraseOwn(
        PointRegistryDb db,
        PersonOnRecord person,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var today = VietnamDay.Of(now);
        var erased = new List<PersonalRows>();
        person.Account?.Erase(now);
        foreach (var member in person.Members)
        {
            member.Erase(now, today);
        }
        var account = person.Account?.Id ?? Guid.Empty;
        foreach (var key in await db.AccountKeys.Where(k => k.AccountId == account).ToListAsync(ct))
        {
            key.Revoke(now);
        }
        await db.SaveChangesAsync(ct);

        // Names go past the change tracker: the trail must not be told them once more.
        var pseudonym = person.Account?.Pseudonym ?? "";
        Add(
            "accounts",
            await db
                .Accounts.Where(a => a.Id == account)
                .ExecuteUpdateAsync(
                    a => a.SetProperty(x => x.Name, ForgetPerson.Name).SetProperty(x => x.UserName, pseudonym),
                    ct
                )
        );
        Add(
            "account_keys",
            await db
                .AccountKeys.Where(k => k.AccountId == account)
                .ExecuteUpdateAsync(k => k.SetProperty(x => x.Name, ForgetPerson.Name), ct)
        );
        var members = person.Members.Select(m => m.Id).ToList();
        Add(
            "team_members",
            await db
                .TeamMembers.Where(m => members.Contains(m.Id))
                .ExecuteUpdateAsync(
                    m => m.SetProperty(x => x.Name, ForgetPerson.Name).SetProperty(x => x.Phone, (string?)null),
                    ct
                )
        );
        Add(
            "rules_acceptances",
            await db
                .RulesAcceptances.Where(a => a.AccountId == account)
                .ExecuteUpdateAsync(
                    a =>
                        a.SetProperty(x => x.ClientAddress, (string?)null)
                            .SetProperty(x => x.ClientAgent, (string?)null),
                    ct
                )
        );
        Add("recovery_codes", await db.Set<RecoveryCode>().Where(c => c.AccountId == account).ExecuteDeleteAsync(ct));
        var subject = account.ToString();
        Add(
            "oidc_tokens",
            await db.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
                .Where(t => t.Subject == subject)
                .ExecuteDeleteAsync(ct)
        );
        Add(
            "oidc_authorizations",
            await db.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>()
                .Where(t => t.Subject == subject)
                .ExecuteDeleteAsync(ct)
        );
        return erased;

        void Add(string where, int rows) => erased.Add(new(where, rows));
    }

    /// <summary>The names beside ids, and those that stand alone.</summary>
    private static async Task<List<PersonalRows>> EraseBeside(
        PointRegistryDb db,
        IReadOnlyList<Guid> ids,
        List<Guid> taught,
        IReadOnlyCollection<string> names,
        CancellationToken ct
    )
    {
        var erased = await ForgetPerson.Names(db, ids, ct);
        erased.Add(
            new(
                "training_sessions.trainer",
                await db
                    .TrainingSessions.Where(s => taught.Contains(s.Id))
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.Trainer, ForgetPerson.Name), ct)
            )
        );
        // Kept for a day only: whoever lost one asks again.
        var answers = await db.Set<RememberedAnswer>().AsNoTracking().ToListAsync(ct);
        var telling = answers
            .Where(a => names.Any(n => Encoding.UTF8.GetString(a.Body).Contains(n, StringComparison.Ordinal)))
            .Select(a => a.Key)
            .ToList();
        erased.Add(
            new(
                "remembered_answers",
                await db.Set<RememberedAnswer>().Where(a => telling.Contains(a.Key)).ExecuteDeleteAsync(ct)
            )
        );
        return erased;
    }
}
