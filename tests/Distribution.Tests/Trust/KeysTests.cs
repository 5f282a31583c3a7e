using System.Security.Cryptography;
using System.Text;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class KeysTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("Lai Châu");

    [Fact]
    public void Signs_as_RFC_8032_says()
    {
        // Section 7.1, test 2.
        using var key = SigningKey.FromSeed(
            Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        );

        Assert.Equal("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", key.Public.Public);
        Assert.Equal(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            Convert.ToHexStringLower(key.Sign([0x72]))
        );
    }

    [Fact]
    public void Goes_out_and_in_as_PEM_and_as_seed()
    {
        using var key = SigningKey.Generate();
        using var fromPem = SigningKey.FromPem(key.ToPem());
        using var fromSeed = SigningKey.FromSeed(key.ToSeed());

        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", key.ToPem(), StringComparison.Ordinal);
        Assert.Equal(key.Public, fromPem.Public);
        Assert.Equal(key.Public, fromSeed.Public);
        Assert.Equal(key.Public, TufKey.FromJson(key.Public.ToJson()));
        Assert.True(key.Public.Verify(Message, fromPem.Sign(Message)));
    }

    [Fact]
    public void The_key_id_is_the_hash_of_the_canonical_key() =>
        Assert.Equal(
            Sha256Digest
                .Of(
                    Encoding.UTF8.GetBytes(
                        """{"keytype":"ed25519","keyval":{"public":"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"},"scheme":"ed25519"}"""
                    )
                )
                .ToString(),
            TufKey
                .Create("ed25519", "ed25519", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
                .KeyId
        );

    [Theory]
    [InlineData("ecdsa")]
    [InlineData("ecdsa-sha2-nistp256")]
    public void Verifies_ECDSA_on_P256_and_on_no_other_curve(string keyType)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var signature = key.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var otherSignature = other.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        var tuf = TufKey.Create(keyType, "ecdsa-sha2-nistp256", key.ExportSubjectPublicKeyInfoPem());

        Assert.True(tuf.Verify(Message, signature));
        Assert.False(tuf.Verify([1], signature));
        Assert.False(
            TufKey
                .Create(keyType, "ecdsa-sha2-nistp256", other.ExportSubjectPublicKeyInfoPem())
                .Verify(Message, otherSignature)
        );
    }

    [Fact]
    public void Verifies_RSA_with_the_padding_that_the_scheme_names_and_no_short_key()
    {
        using var key = RSA.Create(2048);
        var pss = key.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        var pkcs1 = key.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var forPss = TufKey.Create("rsa", "rsassa-pss-sha256", key.ExportSubjectPublicKeyInfoPem());
        var forPkcs1 = TufKey.Create("rsa", "rsa-pkcs1v15-sha256", key.ExportSubjectPublicKeyInfoPem());
        using var weak = RSA.Create(1024);

        Assert.True(forPss.Verify(Message, pss));
        Assert.False(forPss.Verify(Message, pkcs1));
        Assert.True(forPkcs1.Verify(Message, pkcs1));
        Assert.False(forPkcs1.Verify(Message, pss));
        Assert.False(
            TufKey
                .Create("rsa", "rsassa-pss-sha256", weak.ExportSubjectPublicKeyInfoPem())
                .Verify(Message, weak.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
        );
    }

    [Fact]
    public void What_is_no_key_verifies_nothing()
    {
        using var key = SigningKey.Generate();
        var signature = key.Sign(Message);

        foreach (
            var broken in new[]
            {
                key.Public with
                {
                    Public = "zz",
                },
                key.Public with
                {
                    Public = key.Public.Public[..62],
                },
                key.Public with
                {
                    Scheme = "none",
                },
                key.Public with
                {
                    KeyType = "rsa",
                },
                TufKey.Create(
                    "ecdsa",
                    "ecdsa-sha2-nistp256",
                    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
                ),
                TufKey.Create("rsa", "rsassa-pss-sha256", "not a PEM"),
            }
        )
        {
            Assert.False(broken.Verify(Message, signature));
        }
        Assert.False(key.Public.Verify(Message, []));
        Assert.Throws<FormatException>(() => SigningKey.FromPem("not a PEM"));
        Assert.Throws<FormatException>(() => SigningKey.FromSeed(new byte[31]));
        Assert.Throws<TufException>(() => TufKey.FromJson("{}"));
    }

    [Fact]
    public void A_key_under_two_ids_counts_once()
    {
        using var key = SigningKey.Generate();
        var file = Forge.Signed(new Repository().Plane.Files[PlaneLayout.Timestamp], _ => { }, key);
        var envelope = System.Text.Json.Nodes.JsonNode.Parse(file)!;
        var twin = envelope["signatures"]![0]!.DeepClone();
        twin["keyid"] = "twin";
        envelope["signatures"]!.AsArray().Add(twin);
        var timestamp = TimestampRole.Read(CanonicalJson.ForFile(envelope));

        var role = new RoleKeys([key.Public, key.Public with { KeyId = "twin" }], Threshold: 2);

        Assert.Equal(1, role.CountSigners(timestamp.File));
    }
}
