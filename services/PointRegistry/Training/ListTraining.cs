using System.Security.Claims;
using LaiChau.PointRegistry.Points.Files;
using LaiChau.ServiceDefaults.Http;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Training;

/// <summary>A person and where he works.</summary>
internal sealed record PersonAnswer(
    string Name,
    Guid? AccountId,
    Guid? MemberId,
    string UnitCode,
    string UnitName,
    Guid? PointId,
    string? PointName,
    Guid? TeamId,
    string? Village
)
{
    public static PersonAnswer Of(Trainee person) =>
        new(
            person.Name,
            person.AccountId,
            person.MemberId,
            person.Unit.Code,
            person.Unit.FullName,
            person.PointId,
            person.PointName,
            person.TeamId,
            person.Village
        );
}

internal sealed record TrainedPerson(PersonAnswer Person, IReadOnlyList<TrainedCourse> Courses);

internal sealed record GapAnswer(PersonAnswer Person, TrainedCourse Course);

internal static class ListTraining
{
    private const string PeopleOrder = "people";
    private const string GapOrder = "gaps";

    /// <summary>Every column of an export; the last one is for whoever fills it in and sends it back as attendance.</summary>
    private static readonly IReadOnlyList<(string Header, Func<TrainingGap, object?> Read)> Columns =
    [
        (AttendanceColumns.Id, g => (g.Person.AccountId ?? g.Person.MemberId).ToString()),
        (AttendanceColumns.Name, g => g.Person.Name),
        (AttendanceColumns.UnitCode, g => g.Person.Unit.Code),
        (AttendanceColumns.Unit, g => g.Person.Unit.FullName),
        (AttendanceColumns.Point, g => g.Person.PointName),
        (AttendanceColumns.Village, g => g.Person.Village),
        (AttendanceColumns.Course, g => g.Course.Course),
        (AttendanceColumns.Standing, g => WordFor(g.Course.Standing)),
        (AttendanceColumns.CompletedOn, g => $"{g.Course.CompletedOn:dd/MM/yyyy}"),
        (AttendanceColumns.Until, g => $"{g.Course.Until:dd/MM/yyyy}"),
        (AttendanceColumns.Completed, _ => null),
    ];

    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>, with the same filters.</param>
    public static async Task<Results<Ok<Page<TrainedPerson>>, ProblemHttpResult>> People(
        [AsParameters] TrainingFilter filter,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var records = await filter.Load(db, user.PlaceFor(Policies.Attend), time, ct);
        return Cut(
            records.People,
            PeopleOrder,
            p => p.Key,
            p => new TrainedPerson(PersonAnswer.Of(p), [.. records.Of(p)]),
            limit,
            after
        );
    }

    /// <param name="limit">1 to 500.</param>
    /// <param name="after">The last page's <c>next</c>, with the same filters.</param>
    public static async Task<Results<Ok<Page<GapAnswer>>, ProblemHttpResult>> Gaps(
        [AsParameters] TrainingFilter filter,
        int? limit,
        string? after,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var records = await filter.Load(db, user.PlaceFor(Policies.Attend), time, ct);
        return Cut(
            records.Gaps(),
            GapOrder,
            g => g.Key,
            g => new GapAnswer(PersonAnswer.Of(g.Person), g.Course),
            limit,
            after
        );
    }

    /// <param name="format"><c>csv</c> when left out, or <c>xlsx</c>.</param>
    public static async Task<FileStreamHttpResult> Export(
        [AsParameters] TrainingFilter filter,
        Word<TableFormat>? format,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        CancellationToken ct
    )
    {
        var records = await filter.Load(db, user.PlaceFor(Policies.Attend), time, ct);
        return await TableWriter.Write(
            Columns,
            records.Gaps().ToAsyncEnumerable(),
            format?.Value ?? TableFormat.Csv,
            $"con-thieu-dao-tao-{VietnamDay.Today(time):yyyy-MM-dd}",
            "Còn thiếu đào tạo",
            ct
        );
    }

    private static Results<Ok<Page<TAnswer>>, ProblemHttpResult> Cut<T, TAnswer>(
        IEnumerable<T> rows,
        string order,
        Func<T, string> key,
        Func<T, TAnswer> show,
        int? limit,
        string? after
    )
    {
        if (after is { Length: > 0 })
        {
            if (Cursor.Read(after, order) is not { } last)
            {
                return PointRegistryProblems.CursorInvalid.With(
                    "Dấu trang không thuộc danh sách này. Hãy bắt đầu lại từ trang đầu."
                );
            }
            rows = rows.Where(r => string.CompareOrdinal(key(r), last) > 0);
        }
        var size = Paging.Size(limit);
        return TypedResults.Ok(Paging.Cut([.. rows.Take(size + 1)], size, r => Cursor.Write(order, key(r)), show));
    }

    private static string WordFor(Standing standing) =>
        standing switch
        {
            Standing.Missing => "Chưa học",
            Standing.Expired => "Đã hết hạn",
            Standing.Expiring => "Sắp hết hạn",
            _ => "Còn hạn",
        };
}
