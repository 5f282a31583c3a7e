using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.PersonalData;

internal static class ShowPerson
{
    public static async Task<IResult> Handle(Guid id, PersonApi people)
    {
        var person = await people.One(id);
        return person.Ok
            ? Show.Page<PersonPage>(
                new
                {
                    Person = person.Value,
                    Others = await Task.WhenAll(PersonApi.Others.Select(s => people.Export(s, person.Value.FirstId))),
                }
            )
            : Show.Trouble(person.Problem);
    }
}
