using System.Security.Cryptography;
using System.Text;
using LaiChau.ServiceDefaults;
using LaiChau.ServiceDefaults.Objects;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LaiChau.BulletinPublishing.Bulletins;

/// <summary>Takes one file for a draft: through a temporary file, hashed and looked at before the store sees it.</summary>
internal static class AttachFile
{
    public static async Task<Results<Created<AttachmentAnswer>, ProblemHttpResult>> Attach(
        Guid id,
        string name,
        HttpRequest request,
        BulletinDb db,
        IObjectStore store,
        IOptions<ObjectStoreOptions> objects,
        IOptions<BulletinOptions> options,
        TimeProvider time,
        CancellationToken ct,
        string? language = null,
        string? caption = null
    )
    {
        var bulletin = await db.Bulletins.Include(b => b.Attachments).SingleOrDefaultAsync(b => b.Id == id, ct);
        if (bulletin is null)
        {
            return BulletinProblems.NotFound.With();
        }
        if (!bulletin.CanChange)
        {
            return BulletinProblems.WrongState.With("Chỉ đính kèm được vào bản nháp.");
        }
        (name, caption) = (name.Normalize(NormalizationForm.FormC), caption?.Normalize(NormalizationForm.FormC));
        if (!BulletinPatterns.FileName().IsMatch(name) || name.Contains("..", StringComparison.Ordinal))
        {
            return BulletinProblems.AttachmentInvalid.With(
                "Tên tệp chỉ gồm chữ, số, dấu cách và . _ - (không quá 100 ký tự)."
            );
        }
        if (language is not null && !BulletinPatterns.LanguageTag().IsMatch(language))
        {
            return BulletinProblems.AttachmentInvalid.With("Mã ngôn ngữ không đúng dạng BCP-47.");
        }
        if (bulletin.Attachments.Any(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            return BulletinProblems.AttachmentNameTaken.With(name);
        }
        if (bulletin.Attachments.Count >= options.Value.MaxAttachments)
        {
            return BulletinProblems.AttachmentInvalid.With($"Không quá {options.Value.MaxAttachments} tệp đính kèm.");
        }

        var most = options.Value.MaxAttachmentBytes;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }
        if (request.ContentLength > most)
        {
            // Nobody will read the body; the connection cannot serve another request.
            request.HttpContext.Response.Headers.Connection = "close";
            return BulletinProblems.AttachmentTooLarge.With($"Không quá {most} byte.");
        }
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            }
        );
        await request.Body.CopyToAsync(file, ct);
        if (file.Length == 0)
        {
            return BulletinProblems.AttachmentInvalid.With("Tệp rỗng.");
        }
        file.Position = 0;
        if (await MediaSniffer.Recognise(file, ct) is not { } mediaType)
        {
            return BulletinProblems.AttachmentInvalid.With(
                "Chỉ nhận âm thanh (MP3, OGG, WAV, M4A), ảnh (PNG, JPEG, WebP, GIF) và PDF."
            );
        }
        file.Position = 0;
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
        file.Position = 0;
        var attachment = new Attachment
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            BulletinId = id,
            Name = name,
            MediaType = mediaType,
            Language = language,
            Caption = caption,
            Size = file.Length,
            Sha256 = sha256,
            ObjectKey = $"bulletins/{id}/{sha256}",
        };
        await store.Put(objects.Value.Media, attachment.ObjectKey, file, attachment.Size, mediaType, ct);
        db.Add(attachment);
        bulletin.Touch();
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (DatabaseFaults.IsUniqueViolation(taken))
        {
            return BulletinProblems.AttachmentNameTaken.With(name);
        }
        return TypedResults.Created(
            $"/api/bulletins/{id}/attachments/{attachment.Id}",
            AttachmentAnswer.Of(attachment)
        );
    }

    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Read(
        Guid id,
        Guid attachmentId,
        BulletinDb db,
        IObjectStore store,
        IOptions<ObjectStoreOptions> objects,
        HttpContext context,
        CancellationToken ct
    )
    {
        var attachment = await db.Set<Attachment>()
            .AsNoTracking()
            .SingleOrDefaultAsync(a => a.Id == attachmentId && a.BulletinId == id, ct);
        if (
            attachment is null
            || await store.Open(objects.Value.Media, attachment.ObjectKey, null, null, ct) is not { } content
        )
        {
            return BulletinProblems.NotFound.With("Không có tệp đính kèm này.");
        }
        context.Response.RegisterForDisposeAsync(content);
        return TypedResults.File(content.Stream, attachment.MediaType, attachment.Name);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id,
        Guid attachmentId,
        BulletinDb db,
        CancellationToken ct
    )
    {
        var bulletin = await db.Bulletins.Include(b => b.Attachments).SingleOrDefaultAsync(b => b.Id == id, ct);
        if (bulletin?.Attachments.Find(a => a.Id == attachmentId) is not { } attachment)
        {
            return BulletinProblems.NotFound.With("Không có tệp đính kèm này.");
        }
        if (!bulletin.CanChange)
        {
            return BulletinProblems.WrongState.With("Chỉ bỏ được tệp của bản nháp.");
        }
        db.Remove(attachment);
        bulletin.Touch();
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }
}
