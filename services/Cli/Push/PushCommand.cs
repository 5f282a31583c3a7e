using System.CommandLine;
using LaiChau.Cli.Api;
using LaiChau.Cli.Output;
using LaiChau.Cli.Releases;
using LaiChau.Contracts;
using Spectre.Console;

namespace LaiChau.Cli.Push;

internal static class PushCommand
{
    public static Command Build(Shell shell)
    {
        var folder = new Argument<string>("folder") { Description = "Thư mục nội dung." };
        var package = new Option<string>("--package")
        {
            Description = "Tên gói, ví dụ nong-nghiep/che-shan.",
            Required = true,
        };
        var title = ByLanguage.Option(
            "--title",
            "Tiêu đề theo ngôn ngữ, ví dụ vi=\"Chăm sóc chè Shan\"; lặp lại cho từng ngôn ngữ.",
            required: true
        );
        var summary = ByLanguage.Option("--summary", "Tóm tắt theo ngôn ngữ.");
        var language = new Option<string[]>("--language")
        {
            Description = "Ngôn ngữ của nội dung (BCP 47), lặp lại nếu nhiều.",
            Required = true,
        };
        language.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !ByLanguage.IsTag(t.Value)))
            {
                result.AddError($"«{token.Value}» không phải mã ngôn ngữ, ví dụ đúng: vi, hmn-Latn-x-vn.");
            }
        });
        var category = new Option<string>("--category")
        {
            Description = "Chuyên mục: " + string.Join(", ", Categories.All) + ".",
            HelpName = "chuyên mục",
            Required = true,
        };
        category.AcceptOnlyFromAmong([.. Categories.All]);
        var priority = new Option<string>("--priority")
        {
            Description = "Mức ưu tiên.",
            DefaultValueFactory = _ => "normal",
        };
        priority.AcceptOnlyFromAmong("normal", "priority", "urgent");
        var feed = new Option<string>("--feed") { Description = "Kênh phát.", DefaultValueFactory = _ => "tinh" };
        var validFrom = PointInTime.Option("--valid-from", "Có hiệu lực từ");
        var validUntil = PointInTime.Option("--valid-until", "Hết hiệu lực lúc");
        var act = new Option<string?>("--act") { Description = "Số hiệu văn bản làm căn cứ, ví dụ 3658/HD-UBND." };
        var parallel = new Option<int>("--parallel")
        {
            Description = "Số khối gửi cùng lúc.",
            DefaultValueFactory = _ => 4,
        };
        parallel.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 16)
            {
                result.AddError("--parallel nhận từ 1 đến 16.");
            }
        });

        var command = new Command(
            "push",
            "Đẩy một thư mục lên thành bản phát hành mới, chờ duyệt. Mất mạng thì tự gửi tiếp phần còn thiếu."
        )
        {
            folder,
            package,
            title,
            summary,
            language,
            category,
            priority,
            feed,
            validFrom,
            validUntil,
            act,
            parallel,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var about = new PackageDescription
                {
                    Package = parsed.GetValue(package)!,
                    Feed = parsed.GetValue(feed)!,
                    Title = parsed.GetValue(title)!,
                    Summary = parsed.GetValue(summary),
                    Category = parsed.GetValue(category)!,
                    Priority = parsed.GetValue(priority)!,
                    Languages = parsed.GetValue(language)!,
                    ValidFrom = parsed.GetValue(validFrom),
                    ValidUntil = parsed.GetValue(validUntil),
                    Act = parsed.GetValue(act),
                };
                // Before the network: a folder that cannot be pushed is refused at once.
                FolderScan.Scan(parsed.GetValue(folder)!);
                var push = new FolderPush(await shell.Connect(ct), shell.Time) { Parallel = parsed.GetValue(parallel) };
                var release = await Watch(shell, progress => push.Push(parsed.GetValue(folder)!, about, progress, ct));
                return shell.Answer(parsed, release, ReleaseCommands.Describe);
            }
        );
        return command;
    }

    private static Task<Release> Watch(Shell shell, Func<IProgress<PushProgress>, Task<Release>> push) =>
        shell
            .Progress.Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Đang chia khối");
                return await push(new Display(bar));
            });

    private sealed class Display(ProgressTask bar) : IProgress<PushProgress>
    {
        public void Report(PushProgress value)
        {
            bar.Description = value.Phase switch
            {
                "cut" => "Đang chia khối",
                "complete" => "Đang tạo bản phát hành",
                _ when value.Drops > 0 => $"Đang gửi (mất kết nối {value.Drops} lần, đã nối lại)",
                _ => "Đang gửi",
            };
            bar.MaxValue = Math.Max(1, value.Total);
            bar.Value = value.Total == 0 && value.Phase == "complete" ? 1 : value.Present;
        }
    }
}
