using LaiChau.OpsConsole.Points;
using LaiChau.OpsConsole.Shell;
using LaiChau.OpsConsole.Training;

namespace LaiChau.OpsConsole.People;

internal static class ShowPointPeople
{
    public static async Task<IResult> Handle(Guid id, PointsApi points, PeopleApi people, TrainingApi training)
    {
        var query = new TrainingQuery(Point: id.ToString());
        var (one, there, trained, gaps) = (
            points.One(id),
            people.AtPoint(id),
            training.People(query),
            training.Gaps(query)
        );
        var point = await one;
        return point.Ok
            ? Show.Page<PointPeoplePage>(
                new
                {
                    Point = point.Value,
                    People = await there,
                    Trained = await trained,
                    Gaps = await gaps,
                }
            )
            : Show.Trouble(point.Problem);
    }
}
