using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Training;

internal enum Standing
{
    Missing,
    Expired,
    Expiring,
    Valid,
}

/// <summary>Whose training a list is to hold.</summary>
/// <param name="Unit">Only people of the unit with this code and of all units below it.</param>
/// <param name="Point">Only people of this point.</param>
/// <param name="Team">Only members of this team.</param>
/// <param name="Course">Only this course.</param>
/// <param name="Days">What ends within so many days ends soon; 60 when left out.</param>
internal sealed record TrainingFilter(string? Unit, Guid? Point, Guid? Team, Guid? Course, int? Days)
{
    private const int SoonDays = 60;

    public async Task<TrainingRecords> Load(PointRegistryDb db, Place place, TimeProvider time, CancellationToken ct)
    {
        var today = VietnamDay.Today(time);
        IEnumerable<Trainee> people = await Trainees.Of(db, place, time, ct);
        if (Unit is { Length: > 0 })
        {
            var codes = (await UnitMap.Load(db, today, ct)).Below(Unit).ToHashSet(StringComparer.Ordinal);
            people = people.Where(t => codes.Contains(t.Unit.Code));
        }
        people = people.Where(t => (Point is null || t.PointId == Point) && (Team is null || t.TeamId == Team));
        var courses = await db
            .Courses.AsNoTracking()
            .Where(c => Course == null || c.Id == Course)
            .OrderBy(c => c.NameKey)
            .ToListAsync(ct);
        var completed = await db
            .Attendances.Where(a => a.Completed && (Course == null || a.Session.CourseId == Course))
            .Select(a => new Completion(a.AccountId, a.MemberId, a.Session.CourseId, a.Session.HeldOn))
            .ToListAsync(ct);
        return new([.. people], courses, completed, today, Math.Clamp(Days ?? SoonDays, 0, 3660));
    }
}

internal sealed record Completion(Guid? AccountId, Guid? MemberId, Guid CourseId, DateOnly On);

/// <summary>Who completed what, and what of it still holds.</summary>
internal sealed class TrainingRecords(
    List<Trainee> people,
    List<Course> courses,
    List<Completion> completed,
    DateOnly today,
    int soonDays
)
{
    private readonly ILookup<(Guid? Person, Guid Course), DateOnly> days = completed
        .SelectMany(c =>
            new[] { c.AccountId, c.MemberId }.Where(id => id is not null).Select(id => (Key: (id, c.CourseId), c.On))
        )
        .ToLookup(c => c.Key, c => c.On);

    public IReadOnlyList<Trainee> People => people;

    /// <summary>What a person completed, whether he had to or not.</summary>
    public IEnumerable<TrainedCourse> Of(Trainee person) =>
        courses.Select(c => Stand(person, c)).Where(c => c.CompletedOn is not null);

    /// <summary>By place: who lacks, or will lack soon, what he has to have.</summary>
    public IEnumerable<TrainingGap> Gaps() =>
        from person in people
        from course in courses
        where course.Required && course.IsFor(person)
        let stands = Stand(person, course)
        where stands.Standing is not Standing.Valid
        select new TrainingGap(person, stands);

    private TrainedCourse Stand(Trainee person, Course course)
    {
        var on = days[(person.AccountId, course.Id)].Concat(days[(person.MemberId, course.Id)]).ToList();
        if (on.Count == 0)
        {
            return new(course.Id, course.Name, null, null, Standing.Missing);
        }
        var last = on.Max();
        var until = course.EndOf(last);
        return new(
            course.Id,
            course.Name,
            last,
            until,
            until <= today ? Standing.Expired
                : until <= today.AddDays(soonDays) ? Standing.Expiring
                : Standing.Valid
        );
    }
}

/// <param name="Until">First day on which it holds no more; left out where it holds for good.</param>
internal sealed record TrainedCourse(
    Guid CourseId,
    string Course,
    DateOnly? CompletedOn,
    DateOnly? Until,
    Standing Standing
);

internal sealed record TrainingGap(Trainee Person, TrainedCourse Course)
{
    public string Key => $"{Person.Key}\u001f{SearchText.Plain(Course.Course)}\u001f{Course.CourseId:N}";
}
