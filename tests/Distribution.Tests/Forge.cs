using System.Text.Json.Nodes;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests;

/// <summary>What an attacker can do to a metadata file, with and without keys.</summary>
internal static class Forge
{
    /// <summary>Changes what is signed, and signs it with the given keys (or keeps the signatures that no longer fit).</summary>
    public static byte[] Signed(byte[] file, Action<JsonObject> change, params SigningKey[] keys)
    {
        var envelope = JsonNode.Parse(file)!.AsObject();
        var signed = envelope["signed"]!.AsObject();
        change(signed);
        if (keys.Length > 0)
        {
            var message = CanonicalJson.ForSigning(CanonicalJson.ToElement(signed));
            envelope["signatures"] = new JsonArray([
                .. keys.Select(k => new JsonObject
                {
                    ["keyid"] = k.Public.KeyId,
                    ["sig"] = Convert.ToHexStringLower(k.Sign(message)),
                }),
            ]);
        }
        return CanonicalJson.ForFile(envelope);
    }
}
