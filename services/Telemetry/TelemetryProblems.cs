using LaiChau.ServiceDefaults.Http;

namespace LaiChau.Telemetry;

internal static class TelemetryProblems
{
    public static readonly Problem BatchTooLarge = new(413, "batch-too-large", "A batch holds at most 500 events");
    public static readonly Problem PointSuspended = new(
        403,
        "point-suspended",
        "This point is suspended or closed: its events are not taken"
    );
    public static readonly Problem PointUnknown = new(404, "point-unknown", "Telemetry knows no such point");
    public static readonly Problem KeyUnknown = new(
        409,
        "point-key-unknown",
        "This point's key is not known here: it was enrolled long ago; change anything of its profile once"
    );
    public static readonly Problem NotSigned = new(
        422,
        "events-not-signed",
        "These events are not signed with this point's key"
    );
    public static readonly Problem ReleaseUnknown = new(404, "release-unknown", "Telemetry knows no such release");
    public static readonly Problem BadCursor = new(400, "bad-cursor", "This place in the list is not one of ours");
}
