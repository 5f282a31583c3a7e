using System.Security.Claims;
using System.Text.Json.Serialization;
using LaiChau.Contracts.Bulletins;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.BulletinPublishing.Bulletins;

internal sealed record ReasonBody(string Reason)
{
    [JsonIgnore]
    public string? Fault => Reason.Trim().Length is > 0 and <= 1000 ? null : "Cần ghi lý do (không quá 1.000 ký tự).";
}

/// <summary>The steps between a draft and what the points show, each by the one who may take it.</summary>
internal static class ReviewBulletin
{
    public static Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Submit(
        Guid id,
        BulletinDb db,
        CancellationToken ct
    ) => Step(id, db, b => b.Submit() ? null : BulletinProblems.WrongState.With("Chỉ gửi duyệt được bản nháp."), ct);

    public static Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Return(
        Guid id,
        ReasonBody body,
        BulletinDb db,
        CancellationToken ct
    ) =>
        Step(
            id,
            db,
            b =>
                body.Fault is { } fault ? BulletinProblems.Invalid.With(fault)
                : b.Return(body.Reason.Trim()) ? null
                : BulletinProblems.WrongState.With("Chỉ trả lại được bản đang chờ duyệt."),
            ct
        );

    public static Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Approve(
        Guid id,
        BulletinDb db,
        ClaimsPrincipal user,
        TimeProvider time,
        CancellationToken ct
    ) =>
        Step(
            id,
            db,
            b =>
            {
                if (b.CreatedBy.Id == user.AccountId())
                {
                    return BulletinProblems.AuthorCannotApprove.With();
                }
                if (!b.Approve(new Person(user.AccountId(), user.AccountName()), time.GetUtcNow()))
                {
                    return BulletinProblems.WrongState.With("Chỉ duyệt được bản đang chờ duyệt.");
                }
                db.Publish(Published(b), time);
                return null;
            },
            ct
        );

    public static Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Withdraw(
        Guid id,
        ReasonBody body,
        BulletinDb db,
        ClaimsPrincipal user,
        TimeProvider time,
        CancellationToken ct
    ) =>
        Step(
            id,
            db,
            b =>
            {
                if (body.Fault is { } fault)
                {
                    return BulletinProblems.Invalid.With(fault);
                }
                if (!b.Withdraw(body.Reason.Trim()))
                {
                    return BulletinProblems.WrongState.With("Chỉ rút được bản tin đã duyệt.");
                }
                db.Publish(
                    new BulletinWithdrawn
                    {
                        BulletinId = b.Id,
                        Slug = b.Slug,
                        Reason = body.Reason.Trim(),
                        WithdrawnById = user.AccountId(),
                        WithdrawnByName = user.AccountName(),
                        WithdrawnAt = time.GetUtcNow(),
                        AggregateVersion = b.Version,
                    },
                    time
                );
                return null;
            },
            ct
        );

    private static async Task<Results<Ok<BulletinAnswer>, ProblemHttpResult>> Step(
        Guid id,
        BulletinDb db,
        Func<Bulletin, ProblemHttpResult?> take,
        CancellationToken ct
    )
    {
        var bulletin = await db.Bulletins.Include(b => b.Attachments).SingleOrDefaultAsync(b => b.Id == id, ct);
        if (bulletin is null)
        {
            return BulletinProblems.NotFound.With();
        }
        if (take(bulletin) is { } refused)
        {
            return refused;
        }
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(BulletinAnswer.Of(bulletin));
    }

    private static BulletinPublished Published(Bulletin b) =>
        new()
        {
            BulletinId = b.Id,
            Slug = b.Slug,
            Revision = b.Revision,
            Feed = b.Feed,
            Category = b.Category,
            Level = b.Level.ToString().ToLowerInvariant(),
            Priority = b.Priority.ToString().ToLowerInvariant(),
            Author = b.Author,
            Office = b.Office,
            Texts =
            [
                .. b.Texts.Select(t => new BulletinText
                {
                    Language = t.Language,
                    Title = t.Title,
                    Lead = t.Lead,
                    Body = t.Body,
                }),
            ],
            Attachments =
            [
                .. b
                    .Attachments.OrderBy(a => a.Id)
                    .Select(a => new BulletinAttachment
                    {
                        Name = a.Name,
                        MediaType = a.MediaType,
                        Language = a.Language,
                        Caption = a.Caption,
                        Size = a.Size,
                        Sha256 = a.Sha256,
                        ObjectKey = a.ObjectKey,
                    }),
            ],
            ValidFrom = b.ValidFrom,
            ValidUntil = b.ValidUntil,
            CreatedById = b.CreatedBy.Id,
            CreatedByName = b.CreatedBy.Name,
            ApprovedById = b.ApprovedBy!.Id,
            ApprovedByName = b.ApprovedBy.Name,
            ApprovedAt = b.ApprovedAt!.Value,
            AggregateVersion = b.Version,
        };
}
