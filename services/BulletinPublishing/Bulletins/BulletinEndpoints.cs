using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.BulletinPublishing.Bulletins;

internal static class BulletinEndpoints
{
    public static void MapBulletins(this IEndpointRouteBuilder routes)
    {
        var bulletins = routes.MapGroup("/api/bulletins").WithTags("Bulletins");
        bulletins
            .MapGet("", ReadBulletins.List)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("Bulletins, newest first");
        bulletins.MapPost("", WriteBulletin.Create).RequireAuthorization(Policies.Edit).WithSummary("Write a draft");
        bulletins
            .MapGet("{id:guid}", ReadBulletins.One)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("One bulletin");
        bulletins
            .MapPut("{id:guid}", WriteBulletin.Change)
            .RequireAuthorization(Policies.Edit)
            .WithSummary("Change a draft");
        bulletins
            .MapPost("{id:guid}/submit", ReviewBulletin.Submit)
            .RequireAuthorization(Policies.Edit)
            .WithSummary("Ask for approval");
        bulletins
            .MapPost("{id:guid}/approve", ReviewBulletin.Approve)
            .RequireAuthorization(Policies.Review)
            .WithSummary("Approve what another account wrote");
        bulletins
            .MapPost("{id:guid}/return", ReviewBulletin.Return)
            .RequireAuthorization(Policies.Review)
            .WithSummary("Give back to the editor, with a reason");
        bulletins
            .MapPost("{id:guid}/withdraw", ReviewBulletin.Withdraw)
            .RequireAuthorization(Policies.Recall)
            .WithSummary("Take an approved bulletin off all screens");
        bulletins
            .MapPost("{id:guid}/attachments", AttachFile.Attach)
            .RequireAuthorization(Policies.Edit)
            .WithSummary("Attach a file: the raw body, audio, image or PDF");
        bulletins
            .MapGet("{id:guid}/attachments/{attachmentId:guid}", AttachFile.Read)
            .RequireAuthorization(Policies.Watch)
            .WithSummary("An attached file");
        bulletins
            .MapDelete("{id:guid}/attachments/{attachmentId:guid}", AttachFile.Remove)
            .RequireAuthorization(Policies.Edit)
            .WithSummary("Take a file off a draft");
    }
}
