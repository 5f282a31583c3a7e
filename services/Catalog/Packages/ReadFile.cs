using LaiChau.Catalog.Pushes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace LaiChau.Catalog.Packages;

/// <summary>
/// A file of a release for the reviewer's eyes, with ranges. Nobody has approved it yet: whatever it is, it runs no script in our name.
/// </summary>
internal static class ReadFile
{
    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Handle(
        Guid id,
        string path,
        HttpContext http,
        CatalogDb db,
        BlockStore blocks,
        CancellationToken ct
    )
    {
        path = path.Normalize(System.Text.NormalizationForm.FormC);
        var file = await db.Files.AsNoTracking().SingleOrDefaultAsync(f => f.ReleaseId == id && f.Path == path, ct);
        if (file is null || !await db.Releases.AnyAsync(r => r.Id == id && r.State != ReleaseState.Uploading, ct))
        {
            return CatalogProblems.FileNotFound.With();
        }
        http.Response.Headers.ContentSecurityPolicy =
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(
            blocks.Open(file),
            file.MediaType,
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""),
            enableRangeProcessing: true
        );
    }
}
