using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.Bulletins;

/// <summary>The editor's form. Whatever goes wrong, the page comes back with everything that was typed.</summary>
internal static class EditBulletin
{
    public static IResult New(Viewer viewer) =>
        Form(null, new BulletinDraft { Author = viewer.Name, Texts = [new BulletinText { Language = "vi" }] });

    public static async Task<IResult> Open(Guid id, BulletinsApi bulletins)
    {
        var bulletin = await bulletins.One(id);
        return bulletin.Ok ? Form(id, BulletinDraft.Of(bulletin.Value)) : Show.Trouble(bulletin.Problem);
    }

    public static Task<IResult> Create(HttpContext http, BulletinsApi bulletins) => Save(null, http, bulletins);

    public static Task<IResult> Change(Guid id, HttpContext http, BulletinsApi bulletins) => Save(id, http, bulletins);

    private static async Task<IResult> Save(Guid? id, HttpContext http, BulletinsApi bulletins)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        if (form.Text("lenh") is "them-ngon-ngu")
        {
            var free = Words.Languages.FirstOrDefault(l => draft.Texts.All(t => t.Language != l.Key));
            return Form(id, draft with { Texts = [.. draft.Texts, new BulletinText { Language = free.Key ?? "" }] });
        }
        if (form.Text("lenh") is { } order && order.StartsWith("bo-", StringComparison.Ordinal))
        {
            return Form(id, draft with { Texts = [.. draft.Texts.Where((_, i) => $"bo-{i}" != order)] });
        }
        var answer = await bulletins.Save(id, draft);
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Bulletin(answer.Value.Id), "da-luu")
            : Show.Page<BulletinEditorPage>(
                new
                {
                    Id = id,
                    Draft = draft,
                    Problem = answer.Problem,
                },
                answer.Problem.PageStatus
            );
    }

    private static IResult Form(Guid? id, BulletinDraft draft) =>
        Show.Page<BulletinEditorPage>(new { Id = id, Draft = draft });

    private static BulletinDraft Read(IFormCollection form)
    {
        var texts = new List<BulletinText>();
        for (var i = 0; form.ContainsKey($"ngon-ngu-{i}"); i++)
        {
            texts.Add(
                new BulletinText
                {
                    Language = form.Text($"ngon-ngu-{i}") ?? "",
                    Title = form.Text($"tieu-de-{i}") ?? "",
                    Lead = form.Text($"mo-dau-{i}") ?? "",
                    Body = form.Text($"than-bai-{i}") ?? "",
                }
            );
        }
        return new BulletinDraft
        {
            Slug = form.Text("duong-dan"),
            Category = form.Text("chuyen-muc") ?? "",
            Level = form.Text("cap") ?? "local",
            Priority = form.Text("muc") ?? "normal",
            Author = form.Text("tac-gia") ?? "",
            Office = form.Text("co-quan") ?? "",
            Feed = form.Text("nguon") ?? "tinh",
            Texts = texts,
            ValidFrom = form.Time("hieu-luc-tu"),
            ValidUntil = form.Time("hieu-luc-den"),
        };
    }
}
