using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

/// <param name="Roles">Roles of accounts that it is for.</param>
/// <param name="ForTeams">It is for members of community digital teams.</param>
/// <param name="ValidMonths">Left out: a completion holds for good.</param>
/// <param name="Version">Its entity tag.</param>
internal sealed record CourseAnswer(
    Guid Id,
    string Name,
    IReadOnlyList<string> Roles,
    bool ForTeams,
    bool Required,
    int? ValidMonths,
    long Version
) : IVersioned
{
    public static CourseAnswer Of(Course course) =>
        new(course.Id, course.Name, course.Roles, course.ForTeams, course.Required, course.ValidMonths, course.Version);
}

internal static class ListCourses
{
    private const string Order = "name";

    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>.</param>
    public static async Task<Results<Ok<Page<CourseAnswer>>, ProblemHttpResult>> Handle(
        int? limit,
        string? after,
        PointRegistryDb db,
        CancellationToken ct
    )
    {
        var rows = db.Courses.AsNoTracking();
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, Order) is not { } last)
            {
                return PointRegistryProblems.CursorInvalid.With(
                    "Dấu trang không thuộc danh sách này. Hãy bắt đầu lại từ trang đầu."
                );
            }
            rows = rows.Where(c => c.NameKey.CompareTo(last) > 0);
        }
        var size = Paging.Size(limit);
        var page = await rows.OrderBy(c => c.NameKey).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(Paging.Cut(page, size, c => Cursor.Write(Order, c.NameKey), CourseAnswer.Of));
    }
}
