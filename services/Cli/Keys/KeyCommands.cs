using System.CommandLine;
using LaiChau.Cli.Output;

namespace LaiChau.Cli.Keys;

/// <summary>The key ceremony: what stands behind everything that points trust.</summary>
internal static class KeyCommands
{
    public static Command Build(Shell shell) =>
        new("keys", "Khóa ký nội dung: tạo khóa, soạn và ký tệp gốc tin cậy, thay khóa (xem deploy/keys/README.md).")
        {
            NewKey.Build(shell),
            NewAccountKey.Build(shell),
            PlanCeremony.Build(shell),
            DraftMetadata.Build(shell),
            SignMetadata.Build(shell),
            ShowMetadata.Build(shell),
            CheckCeremony.Build(shell),
            InstallMetadata.Build(shell),
            ShowPlane.Build(shell),
        };
}
