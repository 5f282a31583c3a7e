using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Training;

internal static class ChangeCourse
{
    public static async Task<IResult> Add(HttpContext http, TrainingApi training)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = Read(form);
        var answer = await training.Add(draft, form.Mark());
        return answer.Ok
            ? Show.Done(ConsoleRoutes.Courses, "khoa-moi")
            : Show.Page<CoursesPage>(new { Typed = draft, Problem = answer.Problem }, answer.Problem.PageStatus);
    }

    public static async Task<IResult> Form(Guid id, TrainingApi training)
    {
        var courses = await training.Courses();
        return !courses.Ok ? Show.Trouble(courses.Problem)
            : Array.Find(courses.Value, c => c.Id == id) is { } course
                ? Page(id, CourseDraft.Of(course), course.Version, null)
            : Show.Trouble(new ApiProblem(Fault.NotFound, "Tập huấn"));
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, TrainingApi training)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (draft, mark) = (Read(form), form.Mark());
        var answer = await training.Change(id, draft, mark);
        return answer.Ok ? Show.Done(ConsoleRoutes.Courses, "khoa-sua") : Page(id, draft, mark.Version, answer.Problem);
    }

    private static CourseDraft Read(IFormCollection form) =>
        new(
            form.Text("ten") ?? "",
            form.All("vai-tro"),
            form.Text("cho-to") is not null,
            form.Text("bat-buoc") is not null,
            form.Whole("thang")
        );

    private static IResult Page(Guid id, CourseDraft draft, long? version, ApiProblem? problem) =>
        Show.Page<ChangeCoursePage>(
            new
            {
                Id = id,
                Draft = draft,
                Version = version,
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
