namespace LaiChau.OpsConsole.Openings;

internal static class OpeningEndpoints
{
    public static void MapOpenings(this RouteGroupBuilder console)
    {
        var openings = console.MapGroup("/diem/{id:guid}/mo-cua");
        openings.MapGet("", ShowOpenings.Handle);
        openings.MapPost("", RecordOpening.Handle);
        openings.MapGet("/{opening:guid}/sua", CorrectOpening.Form);
        openings.MapPost("/{opening:guid}/sua", CorrectOpening.Handle);
        openings.MapGet("/{opening:guid}/gach-bo", StrikeOpening.Ask);
        openings.MapPost("/{opening:guid}/gach-bo", StrikeOpening.Handle);
    }
}
