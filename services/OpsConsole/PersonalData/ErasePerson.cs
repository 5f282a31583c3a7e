using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.PersonalData;

/// <summary>The reason, then what would go and what stays, then the person's name typed once more: nothing of it can be taken back.</summary>
internal static class ErasePerson
{
    public static async Task<IResult> Form(Guid id, PersonApi people)
    {
        var person = await people.One(id);
        return person.Ok ? Page(person.Value, null, null) : Show.Trouble(person.Problem);
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, PersonApi people)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var draft = new ErasureDraft(form.Text("ly-do") ?? "", form.Text("can-cu"));
        var found = await people.One(id);
        if (!found.Ok)
        {
            return Show.Trouble(found.Problem);
        }
        var person = found.Value;
        var (confirms, typed) = (form.Text("lenh") is "xoa", form.Text("xac-nhan"));
        var meant = confirms && typed == person.Word.Normalize();
        var answer = await people.Erase(id, draft, dryRun: !meant);
        if (!answer.Ok)
        {
            return Page(person, draft, answer.Problem);
        }
        return meant
            ? Show.Page<ErasedPage>(new { Person = person, Erasure = answer.Value })
            : Show.Page<ErasurePlanPage>(
                new
                {
                    Person = person,
                    Draft = draft,
                    Erasure = answer.Value,
                    Problem = confirms
                        ? ApiProblem.Missing($"Chưa xoá gì: phải gõ đúng «{person.Word}»", "confirmation")
                        : null,
                },
                confirms ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
            );
    }

    private static IResult Page(Person person, ErasureDraft? draft, ApiProblem? problem) =>
        Show.Page<ErasePersonPage>(
            new
            {
                Person = person,
                Draft = draft,
                Problem = problem,
            },
            problem?.PageStatus ?? StatusCodes.Status200OK
        );
}
