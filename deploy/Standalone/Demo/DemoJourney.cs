using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using LaiChau.Cli.Api;
using LaiChau.Cli.Push;

namespace LaiChau.Standalone.Demo;

/// <summary>The journey of a release as its people walk it, over HTTP only: each step says what it did, and fails loudly if it does not hold.</summary>
internal sealed class DemoJourney(StandalonePlace place, Uri screen) : IDisposable
{
    private const string Package = "nong-nghiep/che-shan";
    private const string PointName = "Điểm hỗ trợ CNTT (mẫu)";
    private const string BulletinSlug = "giu-am-cho-trau-bo-mau";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples");
    private readonly HttpClient visitor = new() { BaseAddress = screen, Timeout = TimeSpan.FromSeconds(20) };
    private int step;

    public void Dispose() => visitor.Dispose();

    /// <param name="startPoint">Starts the point's agent, with an enrolment code if it has no identity yet.</param>
    public async Task Run(Func<string?, CancellationToken, Task> startPoint, CancellationToken ct)
    {
        try
        {
            var admin = await SignIn(StandalonePlace.Administrator, ct);
            var editor = await Account(admin, "bientap", "Biên tập viên (mẫu)", "editor", ct);
            var reviewer = await Account(admin, "duyet", "Người duyệt (mẫu)", "reviewer", ct);
            var ops = await Account(admin, "vanhanh", "Tổ vận hành (mẫu)", "ops", ct);
            Say("The platform runs; an editor, a reviewer and an ops account are there.");

            var release = await Push(editor, reviewer, ct);
            var bulletin = await Bulletin(editor, reviewer, ct);
            var point = await Point(admin, ops, startPoint, ct);

            await Until("the package is on the screen", () => Shows($"r/{Package}", "chè Shan", ct), ct);
            var page = await visitor.GetStringAsync(new Uri($"r/{Package}/index.html", UriKind.Relative), ct);
            var bulletinPackage = (await editor.GetRelease(bulletin, ct)).Package;
            await Until("the bulletin is on the screen", () => Shows($"r/{bulletinPackage}", "trâu", ct), ct);
            Say($"The point pulled both and shows them: {screen}r/{Package} ({page.Length} characters of HTML).");

            await Until(
                "the platform knows that it arrived",
                async () => await Standing(ops, release, point, ct) == "showing",
                ct
            );
            Say($"The console knows that it arrived: {new Uri(place.Address, $"console/phu-song/{release}")}");

            await ops.RecallRelease(
                release,
                "Thử thu hồi (mẫu)",
                new Dictionary<string, string> { ["vi"] = "Nội dung mẫu này đã được thu hồi." },
                ct
            );
            await Until("the package is off the screen", () => IsGone($"r/{Package}", ct), ct);
            await Until(
                "no point may still show it",
                async () =>
                    await ops.GetCoverage(release, ct) is { RecalledAt: not null, MayStillShow: 0 } coverage
                    && coverage.Points!.Any(p => p.PointId == point && p.State == "removed"),
                ct
            );
            Say(
                "Recalled: it left the screen at the point's next contact, and the console knows that no point may still show it."
            );
        }
        catch (Exception fault)
            when (fault is HttpRequestException or PlatformProblemException or ServerUnreachableException)
        {
            throw new DemoFailedException(fault.Message, fault);
        }
    }

    private async Task<Guid> Push(PlatformClient editor, PlatformClient reviewer, CancellationToken ct)
    {
        var about = new PackageDescription
        {
            Package = Package,
            Title = new Dictionary<string, string> { ["vi"] = "Chăm sóc nương chè Shan (mẫu)" },
            Category = "smart-farming",
            Languages = ["vi"],
        };
        var release = await new FolderPush(editor, TimeProvider.System).Push(
            Path.Combine(Samples, "che-shan"),
            about,
            ct: ct
        );
        if (release.State == "awaitingApproval")
        {
            await Refuses("its author approves", () => editor.ApproveRelease(release.Id, ct));
            await reviewer.ApproveRelease(release.Id, ct);
        }
        await Until("the release is published", () => IsPublished(editor, release.Id, ct), ct);
        Say(
            $"The sample folder is release {release.Version} of {Package}, {release.Size} bytes: pushed by one, approved by another, published."
        );
        return release.Id;
    }

    private async Task<Guid> Bulletin(PlatformClient editor, PlatformClient reviewer, CancellationToken ct)
    {
        var earlier = await editor.ListBulletins(state: "published", limit: 200, ct: ct);
        var bulletin = earlier.Items.FirstOrDefault(b => b.Slug == BulletinSlug);
        if (bulletin is null)
        {
            var folder = Path.Combine(Samples, "ban-tin");
            var body = JsonNode
                .Parse(await File.ReadAllTextAsync(Path.Combine(folder, "ban-tin.json"), ct))!
                .AsObject();
            bulletin = await editor.CreateBulletin(body, ct);
            const string Sound = "giu-am-cho-trau-bo.mp3";
            await using var sound = File.OpenRead(Path.Combine(folder, Sound));
            await editor.AttachToBulletin(bulletin.Id, Sound, "audio/mpeg", sound, "vi", "Nghe bản tin (mẫu)", ct);
            await editor.SubmitBulletin(bulletin.Id, ct);
            await reviewer.ApproveBulletin(bulletin.Id, ct);
        }
        await Until(
            "the bulletin is published",
            async () =>
                (bulletin = await editor.GetBulletin(bulletin.Id, ct)) is { State: "published", Release: not null },
            ct
        );
        Say($"A bulletin in {bulletin.Texts.Count} languages with a sound became a release of its own.");
        return bulletin.Release!.Id;
    }

    private async Task<Guid> Point(
        PlatformClient admin,
        PlatformClient ops,
        Func<string?, CancellationToken, Task> startPoint,
        CancellationToken ct
    )
    {
        var point = (await ops.ListPoints(200, ct: ct)).Items.FirstOrDefault(p => p.Name == PointName);
        if (point is null)
        {
            var unit = (await ops.ListUnits(search: "Sìn Hồ", ct: ct)).Items[0];
            point = await admin.AddPoint(new NewPoint(PointName, unit.Code, ["vi", "hmn-Latn-x-rpa"]), ct);
        }
        await startPoint(point.EnrolledAt is null ? (await admin.IssueEnrolmentCode(point.Id, ct)).Code : null, ct);
        await Until(
            "the point is enrolled",
            async () =>
                (point = (await ops.ListPoints(200, ct: ct)).Items.Single(p => p.Id == point.Id)).EnrolledAt
                    is not null,
            ct
        );
        Say($"The point «{point.Name}», {point.UnitName}, is registered and enrolled with a key of its own.");
        return point.Id;
    }

    private async Task<PlatformClient> Account(
        PlatformClient admin,
        string userName,
        string name,
        string role,
        CancellationToken ct
    )
    {
        try
        {
            await admin.AddAccount(new NewAccount(userName, name, [role], place.Password(userName)), ct);
        }
        catch (PlatformProblemException taken) when (taken.Status == HttpStatusCode.Conflict)
        {
            // An earlier run made it.
        }
        return await SignIn(userName, ct);
    }

    private async Task<PlatformClient> SignIn(string userName, CancellationToken ct)
    {
        var client = new PlatformClient(new HttpClient { BaseAddress = place.Door }, TimeProvider.System);
        await Until(
            $"«{userName}» can sign in",
            async () =>
            {
                await client.SignIn(userName, place.Password(userName), ct);
                return true;
            },
            ct
        );
        return client;
    }

    private static async Task<bool> IsPublished(PlatformClient client, Guid id, CancellationToken ct) =>
        (await client.GetRelease(id, ct)).State == "published";

    private static async Task<string?> Standing(PlatformClient ops, Guid release, Guid point, CancellationToken ct) =>
        (await ops.GetCoverage(release, ct)).Points?.SingleOrDefault(p => p.PointId == point)?.State;

    private async Task<bool> Shows(string path, string text, CancellationToken ct)
    {
        using var answer = await visitor.GetAsync(new Uri(path, UriKind.Relative), ct);
        return answer.IsSuccessStatusCode
            && WebUtility
                .HtmlDecode(await answer.Content.ReadAsStringAsync(ct))
                .Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<bool> IsGone(string path, CancellationToken ct)
    {
        using var answer = await visitor.GetAsync(new Uri(path, UriKind.Relative), ct);
        return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;
    }

    private static async Task Refuses(string what, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (PlatformProblemException refused) when (refused.Status == HttpStatusCode.Forbidden)
        {
            return;
        }
        throw new DemoFailedException($"It should have been refused: {what}.");
    }

    private static async Task Until(string what, Func<Task<bool>> holds, CancellationToken ct)
    {
        var waited = Stopwatch.StartNew();
        Exception? last = null;
        while (waited.Elapsed < Patience)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (Exception fault)
                when (fault is HttpRequestException or PlatformProblemException or ServerUnreachableException)
            {
                last = fault;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(250), ct);
        }
        throw new DemoFailedException($"after {Patience.TotalSeconds:0} s still not so: {what}. {last?.Message}", last);
    }

    private void Say(string what) => Console.WriteLine($"{++step}. {what}");
}
