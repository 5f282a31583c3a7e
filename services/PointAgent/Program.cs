using LaiChau.PointAgent;
using LaiChau.PointAgent.Identity;

return args switch
{
    ["enrol", var code, .. var rest] => await EnrolCommand.Run(code, rest),
    ["status", .. var rest] => await StatusCommand.Run(rest),
    ["check", .. var rest] => await CheckCommand.Run(rest),
    [] or ["run", ..] => await RunAgent(args is ["run", .. var rest] ? rest : args),
    [var option, ..] when option.StartsWith("--Agent:", StringComparison.OrdinalIgnoreCase) => await RunAgent(args),
    _ => Usage(),
};

static async Task<int> RunAgent(string[] args)
{
    await using var app = PointAgentApp.Build(AgentOptions.Read(args));
    await app.RunAsync();
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        "usage: point-agent [run] | enrol CODE --server URL | status | check      (settings: Agent__*)"
    );
    return 2;
}
