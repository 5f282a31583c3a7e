using LaiChau.ServiceDefaults.Http;

namespace LaiChau.Gateway;

internal static class GatewayProblems
{
    public static readonly Problem RangeNotSatisfiable = new(
        416,
        "range-not-satisfiable",
        "Ranges within the file are needed"
    );
    public static readonly Problem MethodNotAllowed = new(405, "method-not-allowed", "Only GET and HEAD work here");
    public static readonly Problem ServiceSilent = new(
        504,
        "service-silent",
        "The service behind did not answer in time"
    );
}
