using LaiChau.ServiceDefaults.Identity;

namespace LaiChau.PointRegistry.Enrolment;

internal static class EnrolmentEndpoints
{
    public static void AddEnrolment(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(
            builder.Configuration.GetSection("Enrolment").Get<EnrolmentOptions>() ?? new EnrolmentOptions()
        );
        builder.Services.AddScoped<EnrolPoint>();
    }

    public static void MapEnrolment(this IEndpointRouteBuilder routes)
    {
        var enrolment = routes.MapGroup("/api/points").WithTags("Enrolment");
        enrolment
            .MapPost("{id:guid}/enrolment-codes", IssueEnrolmentCode.Handle)
            .RequireAuthorization(Policies.Operate)
            .WithSummary("Issue a code that enrols the point's machine once");
        enrolment
            .MapPost("enrol", EnrolPoint.Handle)
            .AllowAnonymous()
            .WithSummary("Trade a code for the point's identity");
    }
}
