using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.Points;

/// <summary>The code is on this one answer and nowhere else.</summary>
internal static class CreateEnrolmentCode
{
    public static async Task<IResult> Handle(Guid id, PointsApi points, ConsoleOptions settings)
    {
        var point = await points.One(id);
        if (!point.Ok)
        {
            return Show.Trouble(point.Problem);
        }
        var code = await points.CreateCode(id);
        return code.Ok
            ? Show.Page<EnrolmentCodePage>(
                new
                {
                    Point = point.Value,
                    Code = code.Value,
                    Server = settings.Authority,
                }
            )
            : Show.Trouble(code.Problem);
    }
}
