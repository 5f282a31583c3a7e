using System.Text;
using System.Text.Json;
using LaiChau.Distribution.Trust;

namespace LaiChau.Distribution.Tests.Trust;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("[ ]", "[]")]
    [InlineData("""{"b":1, "a":[true,false,null], "":""}""", """{"":"","a":[true,false,null],"b":1}""")]
    [InlineData("""{"z":{"y":-12,"x":0}}""", """{"z":{"x":0,"y":-12}}""")]
    [InlineData("""["a\"b\\c\/d"]""", """["a\"b\\c/d"]""")]
    [InlineData("""["\u0110\u1ed9 \u00e9 \ud83c\udf75"]""", """["Độ é 🍵"]""")]
    [InlineData("""["\n\t\u0001\u007f"]""", "[\"\n\t\u0001\u007f\"]")]
    [InlineData("""{"\ue000":1,"\ud83c\udf75":2,"a":3}""", "{\"a\":3,\"\ue000\":1,\"🍵\":2}")]
    [InlineData("[9223372036854775807,-0]", "[9223372036854775807,0]")]
    public void Is_what_other_implementations_sign(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.ForSigning(Parse(json))));

    [Theory]
    [InlineData("[1.5]")]
    [InlineData("[1e3]")]
    [InlineData("[9223372036854775808]")]
    [InlineData("""["\ud800"]""")]
    public void Refuses_what_has_no_canonical_form(string json) =>
        Assert.ThrowsAny<JsonException>(() => CanonicalJson.ForSigning(Parse(json)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("{} {}")]
    [InlineData("")]
    public void Refuses_what_readers_could_take_in_two_ways(string json) =>
        Assert.ThrowsAny<JsonException>(() => Parse(json));

    [Fact]
    public void A_file_is_JSON_even_with_control_characters()
    {
        var file = CanonicalJson.ForFile(Parse("""{"b":"\n\u0001\"","a":1}"""));

        Assert.Equal("""{"a":1,"b":"\u000a\u0001\""}""", Encoding.UTF8.GetString(file));
        Assert.Equal("\n\u0001\"", Parse(Encoding.UTF8.GetString(file)).GetProperty("b").GetString());
    }

    private static JsonElement Parse(string json) => CanonicalJson.Parse(Encoding.UTF8.GetBytes(json));
}
