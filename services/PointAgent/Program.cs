using LaiChau.PointAgent;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Storage;

try
{
    return args switch
    {
        ["enrol", var code, .. var rest] => await EnrolCommand.Run(code, rest),
        ["status", .. var rest] => await StatusCommand.Run(rest),
        ["check", .. var rest] => await CheckCommand.Run(rest),
        ["--version"] => Answer(Product.Version),
        [] or ["run", ..] => await RunAgent(args is ["run", .. var rest] ? rest : args),
        [var option, ..] when option.StartsWith("--Agent:", StringComparison.OrdinalIgnoreCase) => await RunAgent(args),
        _ => Usage(),
    };
}
catch (SettingsException error)
{
    Console.Error.WriteLine($"Cài đặt của điểm (appsettings.json hoặc Agent__*) không đọc được: {error.Message}");
    return 78; // EX_CONFIG
}
catch (Exception error)
    when (args is ["enrol" or "status" or "check", ..]
        && (error is UnauthorizedAccessException || FailingDisk.Caused(error))
    )
{
    Console.Error.WriteLine(
        $"LỖI   Thư mục dữ liệu: không đọc hoặc ghi được ({error.Message}); hãy chạy lại lệnh này bằng sudo, nếu vẫn vậy hãy báo Sở."
    );
    return 1;
}

static async Task<int> RunAgent(string[] args)
{
    await using var app = PointAgentApp.Build(AgentOptions.Read(args), b => b.Services.AddInstalledService());
    await app.RunAsync();
    return 0;
}

static int Answer(string text)
{
    Console.WriteLine(text);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        "usage: point-agent [run] | enrol CODE --server URL | status | check | --version      (settings: appsettings.json, Agent__*)"
    );
    return 2;
}
