using LaiChau.OpsConsole.SignIn;

namespace LaiChau.OpsConsole.PersonalData;

internal static class PersonEndpoints
{
    public static void MapPersonalData(this RouteGroupBuilder console)
    {
        var people = console.MapGroup("/tai-khoan/du-lieu").AddEndpointFilter<AdministratorsOnly>();
        people.MapGet("/{id:guid}", ShowPerson.Handle);
        people.MapGet("/{id:guid}/xuat", ExportPerson.Handle);
        people.MapGet("/{id:guid}/xoa", ErasePerson.Form);
        people.MapPost("/{id:guid}/xoa", ErasePerson.Handle);
    }
}
