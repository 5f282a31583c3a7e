using System.Text;
using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Plane;
using LaiChau.Catalog.Pushes;
using LaiChau.Distribution.Content;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Bulletins;

/// <summary>
/// Makes the files of a bulletin's release: a page for each language, and the attachments beside them. From then on it is a release
/// like any other.
/// </summary>
internal sealed class WriteBulletinFiles(
    CatalogDb db,
    BlockStore blocks,
    IObjectStore store,
    IOptions<ObjectStoreOptions> buckets
)
{
    public async Task WriteIfMissing(Release release, CancellationToken ct)
    {
        if (release.Bulletin is not { } bulletin || await db.Files.AnyAsync(f => f.ReleaseId == release.Id, ct))
        {
            return;
        }
        var files = new List<ReleaseFile>();
        foreach (var text in bulletin.Texts)
        {
            using var page = new MemoryStream(Encoding.UTF8.GetBytes(BulletinPage.Render(bulletin, text)));
            var split = await Split(page, ct);
            files.Add(FileOf(release, $"index.{text.Language}.html", "text/html", text.Language, null, split));
        }
        foreach (var attachment in bulletin.Attachments)
        {
            await using var content = await store.Open(buckets.Value.Media, attachment.ObjectKey, null, null, ct);
            if (content is null)
            {
                throw new PublishException($"Tệp đính kèm «{attachment.Name}» không còn trong kho.");
            }
            var split = await Split(content.Stream, ct);
            if (split.Sha256.ToString() != attachment.Sha256 || split.Size != attachment.Size)
            {
                throw new PublishException($"Tệp đính kèm «{attachment.Name}» không còn như khi được duyệt.");
            }
            files.Add(
                FileOf(release, attachment.Name, attachment.MediaType, attachment.Language, attachment.Caption, split)
            );
        }
        ContentPath.RefuseCollisions(files.Select(f => f.Path));
        db.AddRange(files);
        release.Size = files.Sum(f => f.Size);
        await db.SaveChangesAsync(ct);
    }

    private async Task<SplitFile> Split(Stream content, CancellationToken ct)
    {
        try
        {
            return await UploadBlocks.Split(
                content,
                async (block, bytes, token) => await blocks.Put(db, block.Sha256.ToString(), bytes, token),
                ct
            );
        }
        catch (IOException cut)
        {
            throw new ObjectStoreException($"Reading an attachment: {cut.Message}", cut);
        }
    }

    private static ReleaseFile FileOf(
        Release release,
        string path,
        string mediaType,
        string? language,
        string? caption,
        SplitFile split
    ) =>
        new()
        {
            ReleaseId = release.Id,
            Path = ContentPath.Normalise(path),
            Size = split.Size,
            Sha256 = split.Sha256.ToString(),
            MediaType = mediaType,
            Language = language,
            Caption = caption,
            Blocks = BlockList.Write([.. split.Blocks.Select(b => new BlockOf(b.Sha256.ToString(), b.Length))]),
            Verified = true,
        };
}
