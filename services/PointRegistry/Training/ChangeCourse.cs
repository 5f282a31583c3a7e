using System.Security.Claims;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

/// <summary>What is said of a course, when it is set up and when it is changed.</summary>
/// <param name="Roles">Roles of accounts that it is for: <c>officer</c>, <c>manager</c>, <c>commune</c>.</param>
/// <param name="ForTeams">It is for members of community digital teams.</param>
/// <param name="Required">Whom it is for must have completed it.</param>
/// <param name="ValidMonths">How long a completion holds; left out: for good.</param>
internal sealed record CourseRequest(
    string Name,
    IReadOnlyList<string>? Roles = null,
    bool ForTeams = false,
    bool Required = false,
    int? ValidMonths = null
)
{
    private static readonly string[] Known =
    [
        ServiceDefaults.Identity.Roles.Officer,
        ServiceDefaults.Identity.Roles.Manager,
        ServiceDefaults.Identity.Roles.Commune,
    ];

    public ProblemHttpResult? Fault() =>
        Name.Trim() is not { Length: > 0 and <= 200 }
            ? PointRegistryProblems.Invalid("name", "Tên khoá học phải có từ 1 đến 200 ký tự.")
        : Roles is { } roles && roles.Any(r => !Known.Contains(r))
            ? PointRegistryProblems.RoleUnknown.With(
                $"Khoá học dành cho các vai trò trong số: {string.Join(", ", Known)}."
            )
        : ValidMonths is < 1 or > 120
            ? PointRegistryProblems.Invalid("validMonths", "Thời hạn từ 1 đến 120 tháng; bỏ trống nếu không có hạn.")
        : Required && !ForTeams && Roles is null or []
            ? PointRegistryProblems.Invalid("required", "Khoá học bắt buộc phải ghi dành cho ai.")
        : null;

    public void Describe(Course course)
    {
        course.Rename(Name.Trim());
        course.Roles = [.. (Roles ?? []).Distinct()];
        (course.ForTeams, course.Required, course.ValidMonths) = (ForTeams, Required, ValidMonths);
        course.Changed();
    }
}

internal static class ChangeCourse
{
    public static async Task<Results<Created<CourseAnswer>, ProblemHttpResult>> Add(
        CourseRequest request,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Course> log,
        CancellationToken ct
    )
    {
        if (request.Fault() is { } fault)
        {
            return fault;
        }
        var course = new Course { Id = Guid.CreateVersion7(time.GetUtcNow()) };
        request.Describe(course);
        db.Courses.Add(course);
        await db.SaveChangesAsync(ct);
        log.LogInformation("Course {CourseId} set up by {By}", course.Id, user.AccountId());
        return TypedResults.Created((string?)null, CourseAnswer.Of(course));
    }

    public static async Task<Results<Ok<CourseAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        CourseRequest request,
        HttpRequest http,
        ClaimsPrincipal user,
        PointRegistryDb db,
        ILogger<Course> log,
        CancellationToken ct
    )
    {
        if (await db.Courses.SingleOrDefaultAsync(c => c.Id == id, ct) is not { } course)
        {
            return PointRegistryProblems.CourseNotFound.With();
        }
        if (!http.Means(course.Version))
        {
            return PointRegistryProblems.ChangedMeanwhile("Khoá học");
        }
        if (request.Fault() is { } fault)
        {
            return fault;
        }
        request.Describe(course);
        await db.SaveChangesAsync(ct);
        log.LogInformation("Course {CourseId} changed by {By}", id, user.AccountId());
        return TypedResults.Ok(CourseAnswer.Of(course));
    }
}
