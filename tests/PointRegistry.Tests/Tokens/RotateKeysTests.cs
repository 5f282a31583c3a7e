using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using LaiChau.PointRegistry.Tests.Accounts;
using LaiChau.Testing;
using Xunit;
using static LaiChau.PointRegistry.Tests.RegistryHouse;

namespace LaiChau.PointRegistry.Tests.Tokens;

public sealed class RotateKeysTests
{
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_new_key_signs_without_a_restart_what_the_old_one_signed_stays_good_and_replicas_agree()
    {
        await using var house = await Create(("Identity:KeyRestMinutes", "0"));
        await using var replica = await house.Replica();
        var old = await Keys(house);
        var before = await house.TokenOf("admin");
        using var visitor = new AccountVisitor(house);
        await visitor.SignIn("admin");
        var session = await visitor.Tokens();

        await Put(house, "signing-2027-01.pem", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        await Put(house, "encryption-2027-01.pem", RSA.Create(2048));

        await Eventually.Holds(async () => (await Keys(house)).Count == 2, AMinute);
        await Eventually.Holds(
            async () => (await Keys(replica)).Order().SequenceEqual((await Keys(house)).Order()),
            AMinute
        );
        var fresh = Assert.Single((await Keys(house)).Except(old));
        var after = await house.TokenOf("admin");
        Assert.Equal(Assert.Single(old), KeyOf(before));
        Assert.Equal(fresh, KeyOf(after));
        foreach (var token in new[] { before, after })
        {
            foreach (var process in new[] { house.Process, replica })
            {
                using var client = process.ClientWith(token);
                await Eventually.Passes(async () => await Ok(await client.GetAsync("/api/points/accounts")));
            }
        }
        await Ok(
            await house.Token(
                ("grant_type", "refresh_token"),
                ("client_id", "console"),
                ("refresh_token", session.GetProperty("refresh_token").GetString()!)
            )
        );

        File.Delete(Path.Combine(house.KeysFolder, "signing.pem"));
        await Eventually.Holds(async () => (await Keys(house)).SequenceEqual([fresh]), AMinute);
        Assert.Equal(fresh, KeyOf(await house.TokenOf("admin")));
    }

    [Fact]
    public async Task A_new_key_is_published_at_once_and_signs_only_when_everybody_knows_it()
    {
        await using var house = await OnSqlite();
        var old = Assert.Single(await Keys(house));
        var file = await Put(house, "signing-2027-01.pem", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        await Eventually.Holds(async () => (await Keys(house)).Count == 2, AMinute);
        Assert.Equal(old, KeyOf(await house.TokenOf("admin")));
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddMinutes(-11));
        await Eventually.Holds(async () => KeyOf(await house.TokenOf("admin")) != old, AMinute);
    }

    [Fact]
    public async Task A_broken_key_changes_nothing_and_is_complained_of()
    {
        await using var house = await OnSqlite();
        var old = await Keys(house);
        await File.WriteAllTextAsync(Path.Combine(house.KeysFolder, "signing-2027-01.pem"), "khóa hỏng");
        await Eventually.Holds(
            () =>
                Task.FromResult(
                    house
                        .Process.LastLines()
                        .Contains("signing-2027-01.pem holds no private key", StringComparison.Ordinal)
                ),
            AMinute
        );
        Assert.Equal(old, await Keys(house));
        await house.TokenOf("admin");
    }

    private static async Task<string> Put(RegistryHouse house, string name, AsymmetricAlgorithm key)
    {
        var file = Path.Combine(house.KeysFolder, name);
        await File.WriteAllTextAsync(file + ".new", key.ExportPkcs8PrivateKeyPem());
        File.Move(file + ".new", file);
        key.Dispose();
        return file;
    }

    private static Task<List<string>> Keys(RegistryHouse house) => Keys(house.Process);

    private static async Task<List<string>> Keys(ServiceProcess process)
    {
        var set = await Ok(await process.Client.GetAsync("/.well-known/jwks"));
        return [.. set.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }

    private static string KeyOf(string token) =>
        JsonElement.Parse(Base64Url.DecodeFromChars(token.Split('.')[0])).GetProperty("kid").GetString()!;
}
