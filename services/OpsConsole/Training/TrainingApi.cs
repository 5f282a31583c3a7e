using System.Globalization;
using LaiChau.OpsConsole.Api;

namespace LaiChau.OpsConsole.Training;

public sealed record Course
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary>Of the accounts that it is for.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];
    public bool ForTeams { get; init; }
    public bool Required { get; init; }

    /// <summary>Nothing: what was completed holds for good.</summary>
    public int? ValidMonths { get; init; }
    public long Version { get; init; }
}

public sealed record CourseDraft(
    string Name,
    IReadOnlyList<string> Roles,
    bool ForTeams,
    bool Required,
    int? ValidMonths
)
{
    public static CourseDraft Of(Course course) =>
        new(course.Name, course.Roles, course.ForTeams, course.Required, course.ValidMonths);
}

public sealed record TrainingSession
{
    public Guid Id { get; init; }
    public Guid CourseId { get; init; }
    public string Course { get; init; } = "";
    public string Kind { get; init; } = "";
    public DateOnly HeldOn { get; init; }
    public string Place { get; init; } = "";
    public Guid? PointId { get; init; }
    public string? UnitCode { get; init; }
    public string Trainer { get; init; } = "";

    /// <summary>Citizens are counted and never named.</summary>
    public int? Heads { get; init; }
    public IReadOnlyDictionary<string, int>? HeadsByLanguage { get; init; }
    public IReadOnlyList<Attendance> Attendances { get; init; } = [];

    public bool IsOfCitizens => Kind == "citizens";
}

public sealed record Attendance(Guid? AccountId, Guid? MemberId, string? Name, bool Completed);

public sealed record NewSession(
    Guid CourseId,
    string Kind,
    DateOnly? HeldOn,
    string Trainer,
    Guid? PointId,
    string? UnitCode,
    int? Heads,
    IReadOnlyDictionary<string, int>? HeadsByLanguage
);

public sealed record Person
{
    public string Name { get; init; } = "";
    public Guid? AccountId { get; init; }
    public Guid? MemberId { get; init; }
    public string UnitName { get; init; } = "";
    public Guid? PointId { get; init; }
    public string? PointName { get; init; }
    public Guid? TeamId { get; init; }
    public string? Village { get; init; }

    /// <summary>As an attendance names the same person.</summary>
    public bool Is(Attendance there) =>
        (AccountId is not null && there.AccountId == AccountId) || (MemberId is not null && there.MemberId == MemberId);
}

/// <param name="Until">First day on which it holds no more; nothing where it holds for good.</param>
public sealed record TrainedCourse(
    Guid CourseId,
    string Course,
    DateOnly? CompletedOn,
    DateOnly? Until,
    string Standing
)
{
    public (string Label, string Tone, string Icon) Badge =>
        Standing switch
        {
            "missing" => ("Chưa học", "bad", "cross"),
            "expired" => ("Đã hết hạn", "bad", "alert"),
            "expiring" => ("Sắp hết hạn", "wait", "clock"),
            "valid" => ("Còn hạn", "good", "check"),
            _ => (Standing, "calm", "dot"),
        };
}

public sealed record TrainedPerson(Person Person, IReadOnlyList<TrainedCourse> Courses);

public sealed record TrainingGap(Person Person, TrainedCourse Course);

/// <summary>What an import would note, or did.</summary>
public sealed record AttendanceImport(int People, int Completed);

public sealed record AttendanceRow(bool Completed, Guid? AccountId, Guid? MemberId);

/// <summary>Whose training, or which sessions, a page was asked for.</summary>
/// <param name="Kind">Of sessions only.</param>
public sealed record TrainingQuery(
    string? Unit = null,
    string? Course = null,
    string? Kind = null,
    string? Point = null,
    string? After = null
)
{
    public string Address(string page, string? after = null) =>
        ConsoleRoutes.With(page, ("xa", Unit), ("khoa", Course), ("loai", Kind), ("diem", Point), ("sau", after));
}

internal sealed class TrainingApi(GatewayApi api)
{
    private const string Root = "/api/points/training";

    public Task<Answer<Course[]>> Courses() => api.GetAll<Course>(Root + "/courses");

    public Task<Answer<Course>> Add(CourseDraft course, FormMark mark) =>
        api.Post<Course>(Root + "/courses", course, mark);

    public Task<Answer<Course>> Change(Guid id, CourseDraft course, FormMark mark) =>
        api.Put<Course>($"{Root}/courses/{id}", course, mark);

    public Task<Answer<ApiList<TrainingGap>>> Gaps(TrainingQuery query) =>
        api.Get<ApiList<TrainingGap>>(Asked("/gaps", query, 100));

    public Task<Answer<ApiList<TrainedPerson>>> People(TrainingQuery query) =>
        api.Get<ApiList<TrainedPerson>>(Asked("/people", query, 100));

    /// <summary>Everybody who works in a commune.</summary>
    public Task<Answer<TrainedPerson[]>> Everybody(string unit) =>
        api.GetAll<TrainedPerson>($"{Root}/people?unit={Uri.EscapeDataString(unit)}");

    public Task<Answer<HttpResponseMessage>> Export(TrainingQuery query, CancellationToken cancellation) =>
        api.Open(Asked("/gaps/export", query, null, ("format", "xlsx")), null, cancellation);

    public Task<Answer<ApiList<TrainingSession>>> Sessions(TrainingQuery query) =>
        api.Get<ApiList<TrainingSession>>(Asked("/sessions", query, 50));

    public Task<Answer<TrainingSession>> Session(Guid id) => api.Get<TrainingSession>($"{Root}/sessions/{id}");

    public async Task<Answer<TrainingSession>> Hold(NewSession session, FormMark mark) =>
        session.HeldOn is null
            ? ApiProblem.Missing("cần ghi ngày học")
            : await api.Post<TrainingSession>(Root + "/sessions", session, mark);

    public Task<Answer<TrainingSession>> Record(Guid session, IReadOnlyList<AttendanceRow> people) =>
        api.Post<TrainingSession>($"{Root}/sessions/{session}/attendance", new { people });

    public Task<Answer<AttendanceImport>> Import(Guid session, HttpContent table, bool dryRun, FormMark mark) =>
        api.Upload<AttendanceImport>(
            $"{Root}/sessions/{session}/attendance/import{(dryRun ? "?dryRun=true" : "")}",
            table,
            mark
        );

    private static string Asked(
        string what,
        TrainingQuery query,
        int? limit,
        (string Name, string? Value) more = default
    ) =>
        ConsoleRoutes.With(
            Root + what,
            ("unit", query.Unit),
            ("course", query.Course),
            ("kind", query.Kind),
            ("point", query.Point),
            ("limit", limit?.ToString(CultureInfo.InvariantCulture)),
            ("after", query.After),
            more
        );
}
