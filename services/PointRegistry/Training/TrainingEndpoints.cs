using LaiChau.PointRegistry.Points.Files;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Training;

internal static class TrainingEndpoints
{
    public static void MapTraining(this IEndpointRouteBuilder routes)
    {
        var training = routes.MapGroup("/api/points/training").WithTags("Training").WithETags();
        var read = training.MapGroup("").RequireAuthorization(Policies.Attend);
        read.MapGet("courses", ListCourses.Handle).WithSummary("Courses, and for whom they are");
        read.MapGet("sessions", ListSessions.Handle).WithSummary("Sessions, the last one first, page by page");
        read.MapGet("sessions/{id:guid}", ListSessions.One).WithSummary("One session, and who was there");
        read.MapGet("people", ListTraining.People).WithSummary("Who is trained in what, and until when");
        read.MapGet("gaps", ListTraining.Gaps)
            .WithSummary("By place: who lacks, or will lack soon, which required course");
        read.MapGet("gaps/export", ListTraining.Export).WithSummary("The same as CSV or XLSX");

        var organise = training.MapGroup("").RequireAuthorization(Policies.Organise);
        organise
            .MapPost("courses", ChangeCourse.Add)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Set up a course");
        organise.MapPut("courses/{id:guid}", ChangeCourse.Handle).WithSummary("Change a course");

        var manage = training.MapGroup("").RequireAuthorization(Policies.Manage);
        manage
            .MapPost("sessions", HoldSession.Handle)
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("Note a session that was held; for citizens with head counts only");
        manage
            .MapPost("sessions/{id:guid}/attendance", RecordAttendance.Handle)
            .WithSummary("Note who was there and who completed it; whoever is named again is corrected");
        manage
            .MapPost("sessions/{id:guid}/attendance/import", ImportAttendance.Handle)
            .WithMetadata(new ImportLimit())
            .WithIdempotencyKey<PointRegistryDb>()
            .WithSummary("The same from CSV or XLSX, all or none; dryRun=true tells every faulty row");
    }
}
