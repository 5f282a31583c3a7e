using System.Security.Claims;
using LaiChau.PointRegistry.People;
using LaiChau.PointRegistry.Points.Files;
using LaiChau.PointRegistry.Units;
using LaiChau.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry.Training;

/// <summary>The columns of the table of gaps, which comes back as attendance.</summary>
internal static class AttendanceColumns
{
    public const string Id = "Mã người";
    public const string Name = "Họ tên";
    public const string UnitCode = "Mã xã, phường";
    public const string Unit = "Xã, phường";
    public const string Point = "Điểm";
    public const string Village = "Thôn, bản";
    public const string Course = "Khoá học";
    public const string Standing = "Tình trạng";
    public const string CompletedOn = "Học xong ngày";
    public const string Until = "Hết hạn ngày";
    public const string Completed = "Hoàn thành";

    public static readonly Dictionary<string, string> Headers = new[]
    {
        Id,
        Name,
        UnitCode,
        Unit,
        Point,
        Village,
        Course,
        Standing,
        CompletedOn,
        Until,
        Completed,
    }.ToDictionary(SearchText.Plain);
}

/// <param name="People">How many the file names.</param>
internal sealed record AttendanceImportAnswer(bool DryRun, int People, int Completed);

/// <summary>Notes the people of a table: all of them, or, where one row is faulty, none.</summary>
internal static class ImportAttendance
{
    private const int MostRows = 1000;

    public static async Task<Results<Ok<AttendanceImportAnswer>, ProblemHttpResult>> Handle(
        Guid id,
        HttpRequest http,
        bool? dryRun,
        ClaimsPrincipal user,
        PointRegistryDb db,
        TimeProvider time,
        ILogger<Attendance> log,
        CancellationToken ct
    )
    {
        var place = user.ManagedUnits();
        if (await db.SessionsOf(place).Find(id, ct) is not { } session)
        {
            return PointRegistryProblems.SessionNotFound.With();
        }
        if (RecordAttendance.OfCitizens(session) is { } ofCitizens)
        {
            return ofCitizens;
        }
        var (rows, refusal) = await UploadedTable.Read(
            http,
            MostRows,
            "người",
            AttendanceColumns.Headers,
            [AttendanceColumns.Name, AttendanceColumns.Completed],
            ct
        );
        if (refusal is not null)
        {
            return refusal;
        }
        var known = await Trainees.Of(db, place, time, ct);
        var (people, faults) = Read(rows, known, session);
        if (faults.Count > 0)
        {
            return UploadedTable.Refuse(faults, "chưa ghi ai");
        }
        if (dryRun is not true)
        {
            foreach (var (person, completed) in people)
            {
                session.Record(person, completed);
            }
            if (await RecordAttendance.Save(db, ct) is { } conflict)
            {
                return conflict;
            }
            log.LogInformation(
                "{People} noted at session {SessionId} from a file by {By}",
                people.Count,
                id,
                user.AccountId()
            );
        }
        return TypedResults.Ok(
            new AttendanceImportAnswer(dryRun is true, people.Count, people.Values.Count(completed => completed))
        );
    }

    private static (Dictionary<Trainee, bool> People, List<RowFault> Faults) Read(
        IReadOnlyList<TableRow> rows,
        List<Trainee> known,
        TrainingSession session
    )
    {
        var people = new Dictionary<Trainee, bool>();
        var faults = new List<RowFault>();
        foreach (var (number, cell) in rows)
        {
            var (person, column, message) = Find(cell, known, session);
            if (person is null)
            {
                faults.Add(new(number, column, message));
            }
            bool? completed = SearchText.Plain(cell(AttendanceColumns.Completed)) switch
            {
                "co" or "x" or "roi" => true,
                "khong" or "chua" => false,
                _ => null,
            };
            if (completed is null)
            {
                faults.Add(new(number, AttendanceColumns.Completed, "Cần ghi «có» hoặc «không»."));
            }
            if (cell(AttendanceColumns.Course) is { Length: > 0 } course && course != session.Course.Name)
            {
                faults.Add(new(number, AttendanceColumns.Course, $"Buổi học này của khoá «{session.Course.Name}»."));
            }
            if (person is not null && !people.TryAdd(person, completed is true))
            {
                faults.Add(new(number, AttendanceColumns.Name, $"{person.Name} có hai lần trong tệp."));
            }
        }
        return (people, faults);
    }

    /// <summary>By the id where there is one; else by the name, among those of the place where the session was.</summary>
    private static (Trainee? Person, string Column, string Message) Find(
        Func<string, string> cell,
        List<Trainee> known,
        TrainingSession session
    )
    {
        if (cell(AttendanceColumns.Id) is { Length: > 0 } typed)
        {
            return Guid.TryParse(typed, out var id) && known.Find(t => t.Is(id, id)) is { } found
                ? (found, "", "")
                : (null, AttendanceColumns.Id, $"Không có ai mang mã «{typed}» trong phạm vi của tài khoản này.");
        }
        var name = SearchText.Lower(cell(AttendanceColumns.Name));
        var village = SearchText.Lower(cell(AttendanceColumns.Village));
        var named = known.FindAll(t =>
            t.Unit.Code == session.Place
            && SearchText.Lower(t.Name) == name
            && (village.Length == 0 || SearchText.Lower(t.Village ?? "") == village)
        );
        return named switch
        {
            [var only] => (only, "", ""),
            [] => (
                null,
                AttendanceColumns.Name,
                $"Không có ai tên «{cell(AttendanceColumns.Name)}» ở nơi mở lớp; người nơi khác thì ghi mã người."
            ),
            _ => (
                null,
                AttendanceColumns.Name,
                $"Có {named.Count} người tên «{cell(AttendanceColumns.Name)}»; hãy ghi mã người."
            ),
        };
    }
}
