using LaiChau.Contracts.Telemetry;
using LaiChau.Testing;

namespace LaiChau.Telemetry.Tests.Events;

/// <summary>What people wrote at a point is handed on to the register, each entry once.</summary>
public sealed class DeskEventsTests(PostgresHouse house)
{
    private static readonly Guid Officer = Guid.CreateVersion7();

    [Fact]
    public async Task Each_entry_is_handed_on_once_however_often_it_comes()
    {
        await using var openings = await Listener<OpeningReported>.To(
            house.Broker,
            "laichau.telemetry.opening-reported.v1"
        );
        await using var incidents = await Listener<IncidentReported>.To(
            house.Broker,
            "laichau.telemetry.incident-reported.v1"
        );
        var point = Guid.CreateVersion7();
        var day = new DateTimeOffset(2026, 3, 2, 7, 30, 0, TimeSpan.FromHours(7));
        var (opening, incident) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        object[] events =
        [
            new
            {
                id = opening,
                at = day.AddHours(5),
                kind = "opening",
                by = Officer,
                openedAt = day,
                closedAt = day.AddHours(4),
                note = "Mất điện (mẫu)",
            },
            new
            {
                id = incident,
                at = day.AddHours(5),
                kind = "incident",
                by = Officer,
                title = "Máy in kẹt giấy (mẫu)",
                description = "Dòng một\nDòng hai",
                equipment = "Máy in",
                urgent = 1,
            },
        ];
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => house.Send(point, events)));
        Assert.Equal(2, answers.Sum(a => a.Accepted));
        await house.Send(
            point,
            new
            {
                id = Guid.CreateVersion7(),
                at = day,
                kind = "incident",
                by = Officer,
                title = "Mẫu",
                // As long as it may be, each letter six characters of JSON.
                description = new string('ế', 2000),
            }
        );

        await Eventually.Holds(() =>
            Task.FromResult(
                incidents.Heard.Count(i => i.PointId == point) == 2 && openings.Heard.Any(o => o.PointId == point)
            )
        );
        var opened = Assert.Single(openings.Heard, o => o.PointId == point);
        Assert.Equal(
            (opening, Officer, day, day.AddHours(4), "Mất điện (mẫu)", day.AddHours(5)),
            (opened.ReportId, opened.ById, opened.OpenedAt, opened.ClosedAt, opened.Note, opened.WrittenAt)
        );
        var raised = Assert.Single(incidents.Heard, i => i.ReportId == incident);
        Assert.Equal(
            (Officer, "Máy in kẹt giấy (mẫu)", "Dòng một\nDòng hai", "Máy in", true),
            (raised.ById, raised.Title, raised.Description, raised.Equipment, raised.IsUrgent)
        );
        Assert.False(Assert.Single(incidents.Heard, i => i.Title == "Mẫu" && i.PointId == point).IsUrgent);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_and_the_rest_taken()
    {
        var at = Say.Now;
        var answer = await house.Send(
            Guid.CreateVersion7(),
            Entry(
                new
                {
                    kind = "opening",
                    openedAt = at,
                    closedAt = at,
                }
            ),
            Entry(
                new
                {
                    kind = "opening",
                    by = "ai đó",
                    openedAt = at,
                    closedAt = at,
                }
            ),
            Entry(
                new
                {
                    kind = "opening",
                    by = Officer,
                    openedAt = "sáng",
                    closedAt = at,
                }
            ),
            Entry(new { kind = "incident", by = Officer }),
            Entry(
                new
                {
                    kind = "incident",
                    by = Officer,
                    title = new string('a', 201),
                }
            ),
            Entry(
                new
                {
                    kind = "incident",
                    by = Officer,
                    title = "Hai\ndòng",
                }
            ),
            Entry(
                new
                {
                    kind = "incident",
                    by = Officer,
                    title = "Mẫu",
                    description = new string('a', 2001),
                }
            ),
            Entry(
                new
                {
                    kind = "incident",
                    by = Officer,
                    title = "Mẫu",
                    urgent = 2,
                }
            ),
            Say.Visit()
        );
        Assert.Equal(1, answer.Accepted);
        Assert.Equal(
            [
                "missing-field",
                "bad-value",
                "bad-value",
                "missing-field",
                "bad-value",
                "bad-value",
                "bad-value",
                "bad-value",
            ],
            answer.Rejected.Select(r => r.Code)
        );

        Dictionary<string, object> Entry(object fields)
        {
            var entry = new Dictionary<string, object> { ["id"] = Guid.CreateVersion7(), ["at"] = at };
            foreach (var field in fields.GetType().GetProperties())
            {
                entry[field.Name] = field.GetValue(fields)!;
            }
            return entry;
        }
    }
}
