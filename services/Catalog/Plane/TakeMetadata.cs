using System.Security.Claims;
using System.Text;
using System.Text.Json;
using LaiChau.Distribution;
using LaiChau.Distribution.Publishing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>
/// Takes roots and targets that were signed with the offline keys: verified against the plane as it is, then put in by one step together with
/// what the online keys sign. What is in already changes nothing, so a call whose answer was lost may be repeated.
/// </summary>
internal sealed class TakeMetadata
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <param name="Roots">Signed root.json files, the next version first.</param>
    /// <param name="Targets">A signed targets.json.</param>
    internal sealed record Request(IReadOnlyList<JsonElement>? Roots, JsonElement? Targets);

    /// <param name="Changed">False when all of it was in already.</param>
    /// <param name="Plane">As it is now, or, on a dry run, as it would be.</param>
    internal sealed record Answer(bool Changed, bool DryRun, PlaneAnswer Plane);

    public static async Task<Results<Ok<Answer>, ProblemHttpResult>> Handle(
        Request request,
        CatalogDb db,
        PlaneWriter plane,
        KeyFolder keys,
        IServiceScopeFactory scopes,
        IOptions<CatalogOptions> options,
        TimeProvider time,
        ILogger<TakeMetadata> log,
        ClaimsPrincipal account,
        CancellationToken ct,
        bool dryRun = false
    )
    {
        var change = new RepositoryChange
        {
            Roots = [.. (request.Roots ?? []).Select(r => Bytes(r))],
            // A bare null would become an empty file.
            Targets = request.Targets is { } targets ? Bytes(targets) : default(ReadOnlyMemory<byte>?),
        };
        if (change is { Roots.Count: 0, Targets: null })
        {
            return CatalogProblems.MetadataRefused.With("Không có tệp root hay targets nào trong yêu cầu.");
        }
        if (await plane.Look(ct) is null)
        {
            return CatalogProblems.PlaneNotMade.With(
                "Lần đầu, hãy đặt 1.root.json và 1.targets.json vào thư mục mà Catalog:Keys:Ceremony chỉ tới."
            );
        }
        await using var mine = await TakeLock(scopes, time, ct);
        if (mine is null)
        {
            return CatalogProblems.PlaneBusy.With();
        }
        try
        {
            var state = await plane.Open(ct);
            var plan = plane.Plan(state, change);
            var changed = plan.Files.Count > 0;
            var after = PlaneAnswer.Of(plan.State, keys, options.Value, time.GetUtcNow());
            if (changed && !dryRun)
            {
                db.Note(
                    "taken",
                    "plane-metadata",
                    "plane",
                    new() { ["root"] = plan.State.Versions["root"], ["targets"] = plan.State.Versions["targets"] }
                );
                await plane.Apply(state, change, ct);
                CatalogMetrics.Plane(after);
                log.LogInformation(
                    "Root {Root} and targets {Targets} are in, handed over by {Account}",
                    plan.State.Versions["root"],
                    plan.State.Versions["targets"],
                    account.FindFirstValue("sub")
                );
            }
            return TypedResults.Ok(new Answer(changed, dryRun, after));
        }
        catch (TufException fault)
        {
            return Refuse(fault);
        }
        catch (KeyUnreadableException bad)
        {
            return CatalogProblems.OnlineKeyMissing.With(
                $"«{bad.File}» trong thư mục khóa không phải khóa ký không có mật khẩu."
            );
        }
    }

    /// <summary>As it was sent: those are the bytes that readers will get.</summary>
    private static ReadOnlyMemory<byte> Bytes(JsonElement file) => Encoding.UTF8.GetBytes(file.GetRawText());

    private static async Task<PublisherLock?> TakeLock(
        IServiceScopeFactory scopes,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var until = time.GetUtcNow() + Patience;
        while (true)
        {
            if (await PublisherLock.TryTake(scopes, PublisherWork.Plane, ct) is { } mine)
            {
                return mine;
            }
            if (time.GetUtcNow() >= until)
            {
                return null;
            }
            await Task.Delay(Pause, time, ct);
        }
    }

    private static ProblemHttpResult Refuse(TufException fault)
    {
        var problem = fault is { Fault: TufFault.MissingKey, Role: not ("root" or "targets") }
            ? CatalogProblems.OnlineKeyMissing
            : CatalogProblems.MetadataRefused;
        return problem.With(
            $"«{fault.Role}»: {Sentence(fault)}",
            ("role", fault.Role),
            ("reason", fault.Code),
            ("technical", fault.Message)
        );
    }

    private static string Sentence(TufException fault) =>
        fault.Fault switch
        {
            TufFault.Malformed => "tệp không đúng dạng của nền tảng; hãy soạn bằng «lcp keys draft».",
            TufFault.BelowThreshold =>
                "chưa đủ chữ ký hợp lệ của những khóa được quyền ký, hoặc tệp đã bị sửa sau khi ký.",
            TufFault.Rollback => "cũ hơn bản đang dùng.",
            TufFault.WrongVersion => "không phải phiên bản kế tiếp, hoặc trùng số với một bản khác đang dùng.",
            TufFault.Expired => "đã hết hạn; hãy soạn lại với ngày mới và ký lại.",
            TufFault.MissingKey when fault.Role is "targets" =>
                "khóa của targets đã thay đổi; cần nộp cùng lúc bản targets ký bằng khóa mới.",
            TufFault.MissingKey =>
                "khóa trực tuyến ký vai trò này chưa có trong thư mục khóa của máy chủ; hãy đặt vào rồi nộp lại.",
            _ => fault.Message,
        };
}
