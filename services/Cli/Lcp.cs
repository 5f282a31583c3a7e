using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using LaiChau.Cli.Accounts;
using LaiChau.Cli.Acts;
using LaiChau.Cli.Api;
using LaiChau.Cli.Audit;
using LaiChau.Cli.Bulletins;
using LaiChau.Cli.Cases;
using LaiChau.Cli.Coverage;
using LaiChau.Cli.Keys;
using LaiChau.Cli.Output;
using LaiChau.Cli.Points;
using LaiChau.Cli.Push;
using LaiChau.Cli.Releases;
using LaiChau.Cli.Sessions;
using LaiChau.Cli.Sticks;
using LaiChau.Cli.Training;

namespace LaiChau.Cli;

/// <summary>The command line <c>lcp</c>. Ends with 0 done, 1 refused, 2 wrong usage, 3 server not to be reached, 130 interrupted.</summary>
internal static class Lcp
{
    public const int Done = 0;
    public const int Refused = 1;
    public const int WrongUsage = 2;
    public const int Unreachable = 3;
    private const int Interrupted = 130;

    public static Task<int> Run(string[] args) => Run(args, new Shell(Console.Out, Console.Error));

    internal static async Task<int> Run(string[] args, Shell shell)
    {
        // No response files: a reason may begin with "@".
        var parsed = Root(shell).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var config = new InvocationConfiguration
        {
            Output = shell.Out,
            Error = shell.Error,
            EnableDefaultExceptionHandler = false,
        };
        if (parsed.Action is ParseErrorAction)
        {
            shell.Complain("Lệnh chưa đúng:", [.. parsed.Errors.Select(e => e.Message)]);
            shell.Note($"Xem cách dùng: {CommandLine(parsed.CommandResult)} --help");
            return WrongUsage;
        }
        try
        {
            return await parsed.InvokeAsync(config);
        }
        catch (PlatformProblemException problem)
        {
            shell.Complain($"{problem.Code}: {problem.Message}", [problem.Detail, .. problem.Faults]);
            return Refused;
        }
        catch (FolderRefusedException refused)
        {
            shell.Complain("Chưa đẩy được thư mục này:", [.. refused.Faults]);
            return Refused;
        }
        catch (CommandRefusedException refused)
        {
            shell.Complain(refused.Message);
            return Refused;
        }
        catch (ServerUnreachableException fault)
        {
            shell.Complain("Không kết nối được máy chủ, hãy thử lại sau.", fault.Message);
            return Unreachable;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            shell.Complain(fault.Message);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            shell.Complain("Đã dừng theo yêu cầu.");
            return Interrupted;
        }
    }

    private static string CommandLine(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{CommandLine(parent)} {command.Command.Name}" : "lcp";

    private static RootCommand Root(Shell shell)
    {
        var root = new RootCommand("lcp: đưa nội dung lên nền tảng, duyệt, thu hồi, theo dõi các điểm hỗ trợ.")
        {
            LoginCommand.Build(shell),
            PushCommand.Build(shell),
            ReleaseCommands.List(shell),
            ReleaseCommands.Show(shell),
            ReleaseCommands.Approve(shell),
            ReleaseCommands.Reject(shell),
            ReleaseCommands.Recall(shell),
            BulletinCommands.Build(shell),
            PointCommands.Build(shell),
            PointCommands.List(shell),
            TargetCommands.Build(shell),
            CaseCommands.Build(shell),
            TrainingCommands.Build(shell),
            CoverageCommand.Build(shell),
            UnitsCommand.Build(shell),
            ActCommands.Organisations(shell),
            ActCommands.Build(shell),
            ActCommands.List(shell),
            AccountCommands.Build(shell),
            RulesCommands.Build(shell),
            PasswordCommands.Build(shell),
            PersonCommands.Build(shell),
            KeyCommands.Build(shell),
            ExportCommand.Build(shell),
            ReturnCommand.Build(shell),
            AuditCommand.Build(shell),
        };
        root.Options.Add(shell.Json);
        return root;
    }
}

/// <summary>What was asked cannot be done, for a reason found on this side.</summary>
internal sealed class CommandRefusedException(string message) : Exception(message);
