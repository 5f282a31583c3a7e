using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Releases;

internal static class ReleaseEndpoints
{
    public static void MapReleases(this RouteGroupBuilder console)
    {
        var releases = console.MapGroup("/noi-dung");
        releases.MapGet(
            "",
            (string? tinh, string? sau) => Show.Page<ReleaseListPage>(new { State = tinh, After = sau })
        );
        releases.MapGet("/{id:guid}", ShowRelease.Handle);
        releases.MapGet("/{id:guid}/tep/{**path}", PreviewFile.Handle);
        releases.MapGet("/{id:guid}/phe-duyet", DecideRelease.AskApprove);
        releases.MapPost("/{id:guid}/phe-duyet", DecideRelease.Approve);
        releases.MapGet("/{id:guid}/tu-choi", DecideRelease.AskReject);
        releases.MapPost("/{id:guid}/tu-choi", DecideRelease.Reject);
        releases.MapGet("/{id:guid}/thu-hoi", DecideRelease.AskRecall);
        releases.MapPost("/{id:guid}/thu-hoi", DecideRelease.Recall);
    }
}
