using LaiChau.Catalog.Packages;
using LaiChau.Catalog.Pushes;
using LaiChau.Distribution.Content;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.Catalog.Plane;

/// <summary>Puts a release's pack into the plane, and gives the manifest that names it: nobody is pointed to either yet.</summary>
internal sealed class PackRelease(CatalogDb db, PlaneWriter plane, BlockStore blocks, IOptions<CatalogOptions> options)
{
    public async Task<ReleaseManifest> Run(Release release, CancellationToken ct)
    {
        var files = await db.Files.AsNoTracking().Where(f => f.ReleaseId == release.Id).ToListAsync(ct);
        await using var frames = options.Value.OpenScratch();
        var built = await ReleaseBuilder.Build(
            new ReleaseDescription
            {
                ReleaseId = release.Id,
                Package = release.Package,
                Version = release.Version,
                Kind = release.Kind,
                Title = release.Title,
                Summary = release.Summary,
                Category = release.Category,
                Priority = release.Priority,
                Languages = release.Languages,
                ValidFrom = release.ValidFrom,
                ValidUntil = release.ValidUntil,
            },
            [.. files.Select(Source)],
            options.Value.OpenScratch,
            frames,
            ct
        );
        var approved = files.ToDictionary(f => f.Path, f => f.Sha256);
        if (built.Manifest.Files.FirstOrDefault(f => f.Sha256.ToString() != approved[f.Path]) is { } changed)
        {
            throw new PublishException($"«{changed.Path}» trong kho không còn như khi được duyệt.");
        }
        await plane.PutObject(built.Manifest.Pack, built.PackHead, frames, ct);
        return built.Manifest;
    }

    private SourceFile Source(ReleaseFile file) =>
        new(file.Path, file.MediaType, _ => Task.FromResult(blocks.Open(file)))
        {
            Language = file.Language,
            Alt = file.Alt,
            Caption = file.Caption,
        };
}

/// <summary>This release cannot be published as it is; the sentence is for its editors.</summary>
internal sealed class PublishException(string message) : Exception(message);
