using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LaiChau.PointAgent.Identity;
using LaiChau.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LaiChau.PointAgent.Tests.Desk;

/// <summary>An officer before the screen of the point, with and without a link.</summary>
public sealed class DeskTests
{
    private const string Code = "381925";
    private static readonly Guid Officer = Guid.CreateVersion7();
    private static readonly TimeSpan Zone = TimeSpan.FromHours(7);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow().ToOffset(Zone);

    [Fact]
    public async Task What_is_written_without_a_link_is_told_once_when_it_is_back()
    {
        await using var headquarters = await Headquarters.Open();
        headquarters.PointProfile = Profile();
        await using var point = await Point.Open(headquarters);
        using var officer = await Visitor.At(point);
        await officer.Enter(Code);
        headquarters.IsCutOff = true;

        var day = Now.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await officer.Post(
            ("viec", "mo-cua"),
            ("ngay", day),
            ("tu", "07:30"),
            ("den", "11:30"),
            ("ghi-chu", "Mất điện từ 9 giờ")
        );
        Assert.Equal(HttpStatusCode.Found, officer.Status);
        await officer.Post(
            ("viec", "su-co"),
            ("tieu-de", "Máy in kẹt giấy"),
            ("thiet-bi", "Máy in (SN-1)"),
            ("mo-ta", "Dòng một\r\nDòng hai"),
            ("khan", "1")
        );
        Assert.Equal(HttpStatusCode.Found, officer.Status);
        await officer.Get();
        officer.Sees("07:30–11:30: Mất điện từ 9 giờ");
        officer.Sees("Sự cố: Máy in kẹt giấy");
        officer.Sees(", Cán bộ mẫu</dt>");
        officer.Sees("Chờ gửi khi có mạng");
        Assert.DoesNotContain("Đã gửi", officer.Page, StringComparison.Ordinal);

        // Neither a restart nor an answer that is lost on the way writes anything twice.
        await point.Stop();
        await point.Start();
        var lost = 1;
        headquarters.BeforeEventsAnswer = http =>
        {
            if (Interlocked.Exchange(ref lost, 0) == 1)
                http.Abort();
        };
        headquarters.IsCutOff = false;
        await Eventually.Holds(() => Task.FromResult(point.EventsKept == 0));
        var opening = Assert.Single(headquarters.EventsOf("opening"));
        Assert.Equal(Officer, (Guid)opening["by"]!);
        Assert.Equal(
            DateTimeOffset.Parse($"{day}T07:30:00+07:00", CultureInfo.InvariantCulture),
            (DateTimeOffset)opening["openedAt"]!
        );
        Assert.Equal(
            DateTimeOffset.Parse($"{day}T11:30:00+07:00", CultureInfo.InvariantCulture),
            (DateTimeOffset)opening["closedAt"]!
        );
        var incident = Assert.Single(headquarters.EventsOf("incident"));
        Assert.Equal("Máy in (SN-1)", (string?)incident["equipment"]);
        Assert.Equal("Dòng một\nDòng hai", (string?)incident["description"]);
        Assert.Equal(1, (int)incident["urgent"]!);
        // Whoever was in before the restart shows the code again.
        await officer.Get();
        officer.Sees("Mã tại điểm");
        await officer.Enter(Code);
        officer.Sees("Đã gửi");
        Assert.DoesNotContain("Chờ gửi", officer.Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_register_did_not_take_is_said_with_its_reason()
    {
        await using var headquarters = await Headquarters.Open();
        headquarters.PointProfile = Profile();
        await using var point = await Point.Open(headquarters);
        using var officer = await Visitor.At(point);
        await officer.Enter(Code);
        await officer.Post(("viec", "su-co"), ("tieu-de", "Việc mẫu"));
        await Eventually.Holds(() => Task.FromResult(headquarters.EventsOf("incident").Any()));
        headquarters.PointProfile = Profile(
            refused: new JsonObject
            {
                ["id"] = (Guid)headquarters.EventsOf("incident").Single()["id"]!,
                ["reason"] = "Điểm đã đóng.",
            }
        );
        await point.Stop();
        await point.Start();
        await Eventually.Holds(() => Task.FromResult(headquarters.ProfileRequests.Asked >= 2));
        await Eventually.Passes(async () =>
        {
            await officer.Enter(Code);
            officer.Sees("Không được nhận: Điểm đã đóng.");
        });
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_what_was_typed()
    {
        await using var headquarters = await Headquarters.Open();
        headquarters.PointProfile = Profile();
        await using var point = await Point.Open(headquarters);
        using var officer = await Visitor.At(point);
        await officer.Enter(Code);
        var day = Now.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var tomorrow = Now.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (
            var (date, from, to, sentence) in new[]
            {
                (day, "11:30", "07:30", "phải sau giờ mở cửa"),
                (tomorrow, "07:30", "11:30", "còn ở tương lai"),
                (day, "sáng", "11:30", "Cần ghi ngày và giờ mở cửa"),
                (day, "07:30", "", "Cần ghi giờ đóng cửa"),
                ("31/12", "07:30", "11:30", "Cần ghi ngày và giờ mở cửa"),
            }
        )
        {
            await officer.Post(("viec", "mo-cua"), ("ngay", date), ("tu", from), ("den", to), ("ghi-chu", "Giữ <lại>"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, officer.Status);
            officer.Sees(sentence);
            officer.Sees("value=\"Giữ &lt;lại&gt;\"");
        }
        await officer.Post(("viec", "mo-cua"), ("ngay", day), ("tu", "07:30"), ("den", "11:30"));
        Assert.Equal(HttpStatusCode.Found, officer.Status);
        await officer.Post(("viec", "mo-cua"), ("ngay", day), ("tu", "11:00"), ("den", "12:00"));
        officer.Sees("Trùng với lần đã ghi");
        await officer.Post(("viec", "su-co"), ("tieu-de", " "));
        officer.Sees("Cần ghi ngắn gọn");
        await officer.Post(("viec", "su-co"), ("tieu-de", "Mẫu"), ("thiet-bi", "Máy cày"));
        officer.Sees("không có thiết bị này");
        await officer.Post(("viec", "doi-ten"));
        Assert.Equal(HttpStatusCode.BadRequest, officer.Status);
        await Eventually.Holds(() => Task.FromResult(headquarters.EventsOf("opening").Count() == 1));
        Assert.Empty(headquarters.EventsOf("incident"));
    }

    [Fact]
    public async Task Nobody_comes_in_by_guessing_and_nobody_stays_in_for_the_next()
    {
        var clock = new LaterClock();
        await using var headquarters = await Headquarters.Open(clock);
        headquarters.PointProfile = Profile();
        await using var point = await Point.Open(headquarters, clock);
        using var officer = await Visitor.At(point);
        using var other = await Visitor.At(point);
        for (var left = 4; left > 0; left--)
        {
            await other.Enter("000000");
            other.Sees($"Còn {left} lần thử");
        }
        await other.Enter("000000");
        other.Sees("tạm khóa 5 phút");
        await officer.Enter(Code);
        officer.Sees("quá nhiều lần");
        clock.GoOn(TimeSpan.FromMinutes(5));
        await officer.Enter(Code);
        officer.Sees("Báo sự cố");
        await other.Get();
        other.Sees("Mã tại điểm");
        await other.Post(("viec", "su-co"), ("tieu-de", "Mẫu"));
        other.Sees("Hãy nhập lại mã");

        clock.GoOn(TimeSpan.FromMinutes(15));
        await officer.Post(("viec", "su-co"), ("tieu-de", "Mẫu"));
        officer.Sees("Hãy nhập lại mã");
        await officer.Enter(Code);
        await officer.Post(("viec", "ra"));
        await officer.Get();
        officer.Sees("Mã tại điểm");
        Assert.Empty(headquarters.EventsOf("incident"));
    }

    [Fact]
    public async Task Who_no_longer_runs_the_point_is_out_and_its_new_name_and_feeds_are_followed()
    {
        await using var headquarters = await Headquarters.Open(null, "tinh", "xa-mau");
        headquarters.PointProfile = Profile();
        headquarters.Announce(await headquarters.Build("xa-mau/tin", 1, [Made.Page("một")]), feed: "xa-mau");
        await using var point = await Point.Open(headquarters);
        using var officer = await Visitor.At(point);
        await officer.Enter(Code);
        await Eventually.Holds(() =>
            Task.FromResult(point.Services.GetRequiredService<EnrolPoint>().Identity!.Name == "Điểm đã đổi tên (mẫu)")
        );
        await point.ShowsNot("xa-mau/tin");

        headquarters.PointProfile = Profile(officers: new JsonArray(), feeds: ["tinh", "xa-mau"]);
        await point.Stop();
        await point.Start();
        await point.Shows("xa-mau/tin", 1);
        await officer.Get();
        officer.Sees("Chưa có cán bộ nào đặt mã");
    }

    [Fact]
    public async Task Asks_once_a_day_and_hears_mostly_that_nothing_has_changed()
    {
        var clock = new LaterClock();
        await using var headquarters = await Headquarters.Open(clock);
        headquarters.PointProfile = Profile();
        await using var point = await Point.Open(headquarters, clock);
        await Eventually.Holds(() =>
            Task.FromResult(point.Services.GetRequiredService<FollowProfile>().Known is not null)
        );
        Assert.Equal((1, 0), headquarters.ProfileRequests);
        await point.Stop();
        await point.Start();
        await Eventually.Holds(() => Task.FromResult(headquarters.ProfileRequests == (2, 1)));
        using var officer = await Visitor.At(point);
        clock.GoOn(TimeSpan.FromMinutes(2));
        await officer.Get();
        await Eventually.Holds(() => Task.FromResult(headquarters.ProfileRequests == (3, 2)));

        // A platform that cannot answer is asked again within the hour.
        headquarters.PointProfile = null;
        clock.GoOn(TimeSpan.FromDays(1));
        await Eventually.Holds(() =>
            Task.FromResult(point.Log.Any(l => l.Contains("HTTP 404", StringComparison.Ordinal)))
        );
        headquarters.PointProfile = Profile();
        clock.GoOn(TimeSpan.FromMinutes(59));
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Equal((3, 2), headquarters.ProfileRequests);
        clock.GoOn(TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => Task.FromResult(headquarters.ProfileRequests.Asked == 4));
    }

    private static JsonObject Profile(JsonObject? refused = null, JsonArray? officers = null, string[]? feeds = null) =>
        new()
        {
            ["name"] = "Điểm đã đổi tên (mẫu)",
            ["unitCode"] = "03000",
            ["unitName"] = "Xã mẫu",
            ["languages"] = new JsonArray("vi"),
            ["feeds"] = new JsonArray([.. (feeds ?? ["tinh"]).Select(f => JsonValue.Create(f))]),
            ["equipment"] = new JsonArray("Máy in (SN-1)"),
            ["officers"] =
                officers
                ?? new JsonArray(
                    new JsonObject
                    {
                        ["id"] = Officer,
                        ["name"] = "Cán bộ mẫu",
                        ["codeHash"] = Hash(Code),
                    }
                ),
            ["refused"] = refused is null ? new JsonArray() : new JsonArray(refused),
        };

    private static string Hash(string code)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(code), salt, 1000, HashAlgorithmName.SHA256, 32);
        return $"1000.{Convert.ToBase64String(salt)}.{Convert.ToBase64String(hash)}";
    }

    /// <summary>Time that has gone on, by every measure.</summary>
    private sealed class LaterClock : TimeProvider
    {
        private TimeSpan _later;

        public void GoOn(TimeSpan span) => _later += span;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _later;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => System.GetElapsedTime(0).Ticks + _later.Ticks;
    }

    private sealed class Visitor(HttpClient browser) : IDisposable
    {
        public string Page { get; private set; } = "";
        public HttpStatusCode Status { get; private set; }

        /// <summary>Once the point knows who runs it.</summary>
        public static async Task<Visitor> At(Point point)
        {
            var visitor = new Visitor(
                new HttpClient(
                    new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }
                )
                {
                    BaseAddress = point.Client.BaseAddress,
                }
            );
            await Eventually.Passes(async () =>
            {
                await visitor.Get();
                visitor.Sees("Cán bộ mẫu");
            });
            return visitor;
        }

        public async Task Enter(string code)
        {
            await Post(("viec", "vao"), ("ai", Officer.ToString()), ("ma", code));
            if (Status == HttpStatusCode.Found)
                await Get();
        }

        public async Task Get() => await Read(await browser.GetAsync(new Uri("/can-bo", UriKind.Relative)));

        public async Task Post(params (string Name, string Value)[] typed)
        {
            using var form = new FormUrlEncodedContent(typed.Select(t => KeyValuePair.Create(t.Name, t.Value)));
            await Read(await browser.PostAsync(new Uri("/can-bo", UriKind.Relative), form));
        }

        public void Sees(string text) => Assert.Contains(text, Page, StringComparison.Ordinal);

        public void Dispose() => browser.Dispose();

        private async Task Read(HttpResponseMessage answer)
        {
            using (answer)
            {
                (Status, Page) = (answer.StatusCode, await answer.Content.ReadAsStringAsync());
            }
        }
    }
}
