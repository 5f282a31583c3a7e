using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LaiChau.Cli.Output;
using LaiChau.Distribution.Publishing;
using LaiChau.Distribution.Trust;
using LaiChau.Testing;

namespace LaiChau.Cli.Tests.Keys;

/// <summary>The ceremony at two desks without a network, a stick between them.</summary>
public sealed class KeysTests : IDisposable
{
    private const string Secret = "mật khẩu của người giữ khóa";
    private readonly TemporaryFolder desk = new();

    private string Ministry => Path.Combine(desk.Path, "bo");
    private string Department => Path.Combine(desk.Path, "so");
    private string Machine => Path.Combine(desk.Path, "may");
    private string Stick => Path.Combine(desk.Path, "usb");
    private string Plan => Path.Combine(Stick, "ceremony.json");

    public void Dispose() => desk.Dispose();

    [Fact]
    public async Task A_key_is_its_owners_alone_and_openssl_reads_it_with_the_passphrase()
    {
        var run = await Lcp(["new", "bo-1", "--out", Ministry, "--owner", "Bộ (mẫu)"], Secret);
        Assert.True(run.ExitCode == 0, run.Errors);

        var file = Path.Combine(Ministry, "bo-1.pem");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        Assert.StartsWith(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----",
            await File.ReadAllTextAsync(file),
            StringComparison.Ordinal
        );
        var half = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Ministry, "bo-1.pub.json")))!;
        Assert.Equal("Bộ (mẫu)", half["owner"]!.GetValue<string>());
        var (der, _) = await OpenSsl(
            "pkey",
            "-in",
            file,
            "-passin",
            "env:LCP_KEY_PASSPHRASE",
            "-pubout",
            "-outform",
            "DER"
        );
        Assert.EndsWith(half["key"]!["keyval"]!["public"]!.GetValue<string>(), der, StringComparison.Ordinal);
        var (plain, _) = await OpenSsl("pkey", "-in", file, "-passin", "env:LCP_KEY_PASSPHRASE", "-outform", "DER");
        SaysNothingOf(run, plain[^64..]);
        Assert.Equal(1, (await OpenSsl("pkey", "-in", file, "-passin", "pass:khac-han-di", "-noout")).Code);
    }

    [Fact]
    public async Task A_key_is_never_overwritten_and_a_short_passphrase_or_none_at_hand_is_refused()
    {
        await Ok("new", "bo-1", "--out", Ministry);
        var first = await File.ReadAllTextAsync(Path.Combine(Ministry, "bo-1.pem"));

        Assert.Contains(
            "không bao giờ bị ghi đè",
            await Refused("new", "bo-1", "--out", Ministry),
            StringComparison.Ordinal
        );
        Assert.Equal(first, await File.ReadAllTextAsync(Path.Combine(Ministry, "bo-1.pem")));
        await Refused("new", "Khóa Bộ", "--out", Ministry);
        var secret = Path.Combine(desk.Path, "mat-khau");
        await File.WriteAllTextAsync(secret, "ngan\n");
        await Refused("new", "bo-2", "--out", Ministry, "--passphrase-file", secret);
        var nobodyToAsk = await Lcp(["new", "bo-2", "--out", Ministry]);
        Assert.Equal(1, nobodyToAsk.ExitCode);
        Assert.False(File.Exists(Path.Combine(Ministry, "bo-2.pem")));
    }

    [Fact]
    public async Task Two_officers_draft_sign_and_check_and_nothing_they_read_is_secret()
    {
        await MakeKeys();
        var outputs = new List<ProgramRun>
        {
            await Ok("plan", Stick, "--date", Today),
            await Ok("draft", Plan),
            await Ok("show", File1("root")),
        };
        Assert.Contains("còn thiếu 2", outputs[2].Output, StringComparison.Ordinal);
        Assert.Contains("1.root.json thiếu 2 chữ ký", await Refused("check", Stick), StringComparison.Ordinal);
        outputs.Add(await SignAll(Ministry, "bo-1", 1));
        Assert.Contains("1.root.json thiếu 1 chữ ký", await Refused("check", Stick), StringComparison.Ordinal);

        // The other desk drafts from the same plan, and sees the same.
        var other = Path.Combine(desk.Path, "ban-so");
        var drafted = await Ok("draft", Plan, "--out", other, "--json");
        Assert.Equal(
            (await Json("show", File1("root"))).GetProperty("content").GetString(),
            JsonDocument.Parse(drafted.Output).RootElement[0].GetProperty("content").GetString()
        );
        outputs.Add(await SignAll(Department, "so-1", 1));

        outputs.Add(await Ok("check", Stick));
        Assert.Contains("Đã đủ, có thể nộp", outputs[^1].Output, StringComparison.Ordinal);
        var plane = RepositoryWriter.Create(
            await File.ReadAllBytesAsync(File1("root")),
            await File.ReadAllBytesAsync(File1("targets")),
            Online("snapshot", "timestamp", "feed-tinh"),
            TimeProvider.System.GetUtcNow()
        );
        Assert.Equal(["tinh"], plane.State.Feeds.Keys);
        foreach (var key in Online("snapshot", "timestamp", "feed-tinh"))
        {
            outputs.ForEach(o => SaysNothingOf(o, Convert.ToHexStringLower(key.ToSeed())));
        }
        outputs.ForEach(o => Assert.DoesNotContain(Secret, o.Output + o.Errors, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signs_only_what_the_key_may_sign_what_is_not_expired_and_after_a_yes()
    {
        await MakeKeys();
        await Ok("plan", Stick, "--date", Today);
        await Ok("draft", Plan);
        var before = await File.ReadAllBytesAsync(File1("root"));

        Assert.Contains(
            "không có quyền ký",
            await Refused("sign", File1("root"), "--key", Key(Machine, "snapshot"), "--yes"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--yes",
            (await Lcp(["sign", File1("root"), "--key", Key(Ministry, "bo-1")], Secret)).Errors,
            StringComparison.Ordinal
        );
        var wrong = await Lcp(["sign", File1("root"), "--key", Key(Ministry, "bo-1"), "--yes"], "mật khẩu khác hẳn");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("Mật khẩu không mở được khóa", wrong.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(File1("root")));

        await Change(plan => plan["date"] = "2020-01-01");
        await Ok("draft", Plan);
        Assert.Contains(
            "đã hết hạn",
            await Refused("sign", File1("root"), "--key", Key(Ministry, "bo-1"), "--yes"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_draft_that_was_changed_or_swapped_after_it_was_signed_is_found()
    {
        await Ceremony();
        var signed = await File.ReadAllTextAsync(File1("root"));
        await File.WriteAllTextAsync(
            File1("root"),
            signed.Replace("\"threshold\":2", "\"threshold\":1", StringComparison.Ordinal)
        );
        Assert.Contains("thiếu", await Refused("check", Stick), StringComparison.Ordinal);

        await File.WriteAllTextAsync(File1("root"), await File.ReadAllTextAsync(File1("targets")));
        Assert.Contains("bị đổi tên hoặc tráo", await Refused("check", Stick), StringComparison.Ordinal);
        await File.WriteAllTextAsync(File1("root"), "{}");
        await Refused("show", File1("root"));
    }

    [Fact]
    public async Task A_signed_draft_is_not_thrown_away_by_another_and_an_unsigned_one_is()
    {
        await MakeKeys();
        await Ok("plan", Stick, "--date", Today);
        await Ok("draft", Plan);
        await Change(plan => plan["root"]!["threshold"] = 3);
        await Ok("draft", Plan);
        await SignAll(Ministry, "bo-1", 1);
        await Ok("draft", Plan);
        Assert.Equal(
            1,
            (await Json("show", File1("root"))).GetProperty("signatures")[0].GetProperty("signed").GetArrayLength()
        );

        await Change(plan => plan["root"]!["threshold"] = 2);

        Assert.Contains("đã có chữ ký", await Refused("draft", Plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lost timestamp key", "root", "«timestamp»: THÊM khóa Máy chủ")]
    [InlineData("ministry's key compromised", "root,targets", "«root»: BỎ khóa Bộ (mẫu)")]
    [InlineData("raised threshold", "root", "«root»: số chữ ký cần 2 → 3")]
    [InlineData("new feed", "targets", "THÊM nguồn phát «bo»")]
    [InlineData("renewal", "root,targets", "hết hạn: ")]
    [InlineData("nothing", "", "")]
    public async Task The_next_version_holds_what_changes_and_says_it(string what, string drafted, string says)
    {
        await Ceremony();
        string[] more = [];
        switch (what)
        {
            case "lost timestamp key":
                await NewKey(Machine, "timestamp-2", "--no-passphrase", "--owner", "Máy chủ");
                await Change(plan => plan["timestamp"]!["keys"] = new JsonArray("timestamp-2"));
                break;
            case "ministry's key compromised":
                await NewKey(Ministry, "bo-2", "--owner", "Bộ, khóa mới");
                await Change(plan =>
                {
                    plan["root"]!["keys"] = new JsonArray("bo-2", "so-1", "so-2");
                    plan["targets"]!["keys"] = new JsonArray("bo-2", "so-1", "so-2");
                    // Only one of the old signers of targets is left: it has to be signed anew.
                    plan["targets"]!["threshold"] = 2;
                });
                break;
            case "raised threshold":
                await Change(plan => plan["root"]!["threshold"] = 3);
                break;
            case "new feed":
                await NewKey(Machine, "feed-bo", "--no-passphrase", "--owner", "Bộ (mẫu)");
                await Change(plan => plan["feeds"]!["bo"] = new JsonObject { ["keys"] = new JsonArray("feed-bo") });
                break;
            case "renewal":
                await Change(plan => plan["date"] = Day(30));
                more = ["--renew", "root", "--renew", "targets"];
                break;
        }
        await Change(plan => plan["date"] = Day(20));

        var run = await Ok(["draft", Plan, "--from", Stick, .. more]);

        string[] expected = drafted.Length == 0 ? [] : drafted.Split(',');
        Assert.Equal(
            expected,
            from role in new[] { "root", "targets" }
            where File.Exists(Path.Combine(Stick, $"2.{role}.json"))
            select role
        );
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
        foreach (var role in expected)
        {
            foreach (
                var (owner, name) in new[]
                {
                    (Department, "so-1"),
                    (Department, "so-2"),
                    (Ministry, "bo-1"),
                    (Ministry, "bo-2"),
                }
            )
            {
                if (File.Exists(Key(owner, name)))
                {
                    await Ok("sign", Path.Combine(Stick, $"2.{role}.json"), "--key", Key(owner, name), "--yes");
                }
            }
        }
        await Ok("check", Stick);
    }

    [Fact]
    public async Task A_root_that_follows_one_without_enough_signatures_is_not_signed()
    {
        await Ceremony();
        await Change(plan => plan["root"]!["threshold"] = 3);
        await Ok("draft", Plan, "--from", File1("root"));
        var two = OfflineMetadata.Parse(await File.ReadAllBytesAsync(Path.Combine(Stick, "2.root.json")));
        var design = new RepositoryDesign
        {
            Root = two.Roles["root"],
            Targets = two.Roles["targets"],
            Snapshot = two.Roles["snapshot"],
            Timestamp = two.Roles["timestamp"],
            Feeds = new Dictionary<string, RoleSigners>(),
        };
        var three = OfflineMetadata.DraftRoot(design, two.Owners, two.Expires, two);
        await File.WriteAllBytesAsync(Path.Combine(Stick, three.FileName), three.Bytes.ToArray());

        Assert.Contains(
            "2.root.json chưa đủ chữ ký",
            await Refused("sign", Path.Combine(Stick, "3.root.json"), "--key", Key(Ministry, "bo-1"), "--yes"),
            StringComparison.Ordinal
        );
        File.Delete(Path.Combine(Stick, "2.root.json"));
        Assert.Contains(
            "thiếu tệp root đang dùng",
            await Refused("sign", Path.Combine(Stick, "3.root.json"), "--key", Key(Ministry, "bo-1"), "--yes"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("a threshold that cannot be reached", "cần 4 chữ ký mà có 3 khóa")]
    [InlineData("an online key that signs root", "hai loại khóa phải tách nhau")]
    [InlineData("a key twice", "hai lần")]
    [InlineData("a key that is not there", "không-có.pub.json")]
    [InlineData("one key by two names", "là cùng một khóa")]
    [InlineData("a word that nobody knows", "treshold")]
    [InlineData("no days", "days")]
    public async Task Refuses_a_plan_with(string what, string says)
    {
        await MakeKeys();
        await Ok("plan", Stick, "--date", Today);
        await Change(plan =>
        {
            var root = plan["root"]!;
            switch (what)
            {
                case "a threshold that cannot be reached":
                    root["threshold"] = 4;
                    break;
                case "an online key that signs root":
                    root["keys"]!.AsArray().Add("snapshot");
                    break;
                case "a key twice":
                    root["keys"]!.AsArray().Add("bo-1");
                    break;
                case "a key that is not there":
                    root["keys"]!.AsArray().Add("không-có");
                    break;
                case "one key by two names":
                    File.Copy(Path.Combine(Stick, "bo-1.pub.json"), Path.Combine(Stick, "bo-9.pub.json"));
                    root["keys"]!.AsArray().Add("bo-9");
                    break;
                case "a word that nobody knows":
                    root["treshold"] = 2;
                    break;
                case "no days":
                    root["days"] = 0;
                    break;
            }
        });

        Assert.Contains(says, await Refused("draft", Plan), StringComparison.Ordinal);
        Assert.False(File.Exists(File1("root")));
    }

    private static string Today => Day(0);

    private static string Day(int days) => $"{TimeProvider.System.GetUtcNow().AddDays(days):yyyy-MM-dd}";

    private string File1(string role) => Path.Combine(Stick, $"1.{role}.json");

    private static string Key(string owner, string name) => Path.Combine(owner, $"{name}.pem");

    private async Task Ceremony()
    {
        await MakeKeys();
        await Ok("plan", Stick, "--date", Today);
        await Ok("draft", Plan);
        await SignAll(Ministry, "bo-1", 1);
        await SignAll(Department, "so-1", 1);
        await Ok("check", Stick);
    }

    private async Task MakeKeys()
    {
        await NewKey(Ministry, "bo-1", "--owner", "Bộ (mẫu)");
        await NewKey(Department, "so-1", "--owner", "Sở (mẫu)");
        await NewKey(Department, "so-2", "--owner", "Sở, dự phòng");
        foreach (var name in new[] { "snapshot", "timestamp", "feed-tinh" })
        {
            await NewKey(Machine, name, "--no-passphrase", "--owner", "Máy chủ");
        }
    }

    /// <summary>Its public half goes onto the stick.</summary>
    private async Task NewKey(string owner, string name, params string[] more)
    {
        await Ok(["new", name, "--out", owner, .. more]);
        Directory.CreateDirectory(Stick);
        File.Copy(Path.Combine(owner, $"{name}.pub.json"), Path.Combine(Stick, $"{name}.pub.json"));
    }

    private Task<ProgramRun> SignAll(string owner, string name, int version) =>
        Ok(
            "sign",
            Path.Combine(Stick, $"{version}.root.json"),
            Path.Combine(Stick, $"{version}.targets.json"),
            "--key",
            Key(owner, name),
            "--yes"
        );

    private SigningKey[] Online(params string[] names) =>
        [.. names.Select(n => SigningKey.FromPem(File.ReadAllText(Key(Machine, n))))];

    private async Task Change(Action<JsonNode> change)
    {
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(Plan))!;
        change(plan);
        // As an editor on Windows saves it.
        await File.WriteAllTextAsync(Plan, plan.ToJsonString(), new System.Text.UTF8Encoding(true));
    }

    private async Task<JsonElement> Json(params string[] arguments) =>
        JsonDocument.Parse((await Ok([.. arguments, "--json"])).Output).RootElement;

    private async Task<ProgramRun> Ok(params string[] arguments)
    {
        var run = await Here(arguments);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run;
    }

    private async Task<string> Refused(params string[] arguments)
    {
        var run = await Here(arguments);
        Assert.True(run.ExitCode == 1, run.Output + run.Errors);
        return run.Errors;
    }

    /// <summary>In this process: a ceremony is many commands.</summary>
    private async Task<ProgramRun> Here(string[] arguments)
    {
        if (arguments[0] is "new" or "sign" && !arguments.Contains("--passphrase-file"))
        {
            var secret = Path.Combine(desk.Path, "mat-khau");
            await File.WriteAllTextAsync(secret, Secret + '\n');
            arguments = [.. arguments, "--passphrase-file", secret];
        }
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await Cli.Lcp.Run(["keys", .. arguments], new Shell(output, errors));
        return new(code, output.ToString(), errors.ToString());
    }

    /// <summary>As people start it, with nobody at a screen.</summary>
    private static Task<ProgramRun> Lcp(string[] arguments, string? secret = null) =>
        ProgramRun.Of(
            "services/Cli",
            ["keys", .. arguments],
            secret is null ? [] : [new("LCP_KEY_PASSPHRASE", secret)]
        );

    private static void SaysNothingOf(ProgramRun run, string seedHex)
    {
        var said = run.Output + run.Errors;
        Assert.DoesNotContain(seedHex, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            Convert.ToBase64String(Convert.FromHexString(seedHex))[..20],
            said,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("PRIVATE", said, StringComparison.Ordinal);
    }

    private static async Task<(string Hex, int Code)> OpenSsl(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["LCP_KEY_PASSPHRASE"] = Secret;
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return (Convert.ToHexStringLower(output.ToArray()), process.ExitCode);
    }
}
