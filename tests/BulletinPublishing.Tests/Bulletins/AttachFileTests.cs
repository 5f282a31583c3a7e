using System.Net;
using System.Security.Cryptography;
using static LaiChau.BulletinPublishing.Tests.BulletinService;

namespace LaiChau.BulletinPublishing.Tests.Bulletins;

public sealed class AttachFileTests(BulletinService service)
{
    private static readonly byte[] Ogg = [.. "OggS"u8, .. RandomNumberGenerator.GetBytes(5000)];

    [Fact]
    public async Task Keeps_an_audio_file_by_what_it_is_and_gives_it_back()
    {
        var id = (await service.Create()).Id();
        var made = await Ok(
            await service.Editor.PostAsync(
                $"/api/bulletins/{id}/attachments?name=loa%20th%C3%B4n.ogg&language=hmn-Latn-x-vn&caption=Nghe",
                Bytes(Ogg)
            ),
            HttpStatusCode.Created
        );
        Assert.Equal("audio/ogg", made.GetProperty("mediaType").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Ogg)), made.GetProperty("sha256").GetString());
        Assert.Equal(Ogg, await service.Reviewer.GetByteArrayAsync($"/api/bulletins/{id}/attachments/{made.Id()}"));
        var bulletin = await Ok(await service.Editor.GetAsync($"/api/bulletins/{id}"));
        Assert.Equal("loa thôn.ogg", bulletin.GetProperty("attachments")[0].GetProperty("name").GetString());
        await Refused(
            await service.Editor.PostAsync($"/api/bulletins/{id}/attachments?name=LOA%20th%C3%B4n.ogg", Bytes(Ogg)),
            HttpStatusCode.Conflict,
            "attachment-name-taken"
        );
        using var removed = await service.Editor.DeleteAsync($"/api/bulletins/{id}/attachments/{made.Id()}");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
    }

    [Theory]
    [InlineData("../../etc/passwd", "OggS....", HttpStatusCode.UnprocessableEntity, "attachment-invalid")]
    [InlineData("a.ogg", "<script>alert(1)</script>", HttpStatusCode.UnprocessableEntity, "attachment-invalid")]
    [InlineData("a.ogg", "", HttpStatusCode.UnprocessableEntity, "attachment-invalid")]
    public async Task Refuses_a_bad_name_and_a_file_that_is_not_what_it_may_be(
        string name,
        string body,
        HttpStatusCode status,
        string code
    )
    {
        var id = (await service.Create()).Id();
        await Refused(
            await service.Editor.PostAsync(
                $"/api/bulletins/{id}/attachments?name={Uri.EscapeDataString(name)}",
                Bytes(System.Text.Encoding.UTF8.GetBytes(body))
            ),
            status,
            code
        );
    }

    [Fact]
    public async Task Refuses_a_file_that_is_too_large()
    {
        var id = (await service.Create()).Id();
        await Refused(
            await service.Editor.PostAsync($"/api/bulletins/{id}/attachments?name=a.ogg", Bytes(new byte[200_000])),
            HttpStatusCode.RequestEntityTooLarge,
            "attachment-too-large"
        );
    }

    [Fact]
    public async Task What_was_submitted_takes_no_more_files()
    {
        var id = (await service.Create()).Id();
        await Ok(await service.Editor.PostAsync($"/api/bulletins/{id}/submit", null));
        await Refused(
            await service.Editor.PostAsync($"/api/bulletins/{id}/attachments?name=a.ogg", Bytes(Ogg)),
            HttpStatusCode.Conflict,
            "wrong-state"
        );
    }
}
