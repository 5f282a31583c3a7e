using System.Text;

namespace LaiChau.OpsConsole;

/// <summary>Addresses of the console's pages; every link goes through here and so carries the path base.</summary>
internal static class ConsoleRoutes
{
    public const string Root = "/console";
    public const string SignIn = Root + "/dang-nhap";
    public const string SignInFailed = Root + "/khong-dang-nhap-duoc";
    public const string SignedOut = Root + "/da-dang-xuat";
    public const string SignOut = Root + "/dang-xuat";
    public const string Points = Root + "/diem";
    public const string NewPoint = Points + "/moi";
    public const string Releases = Root + "/noi-dung";
    public const string Bulletins = Root + "/ban-tin";
    public const string NewBulletin = Bulletins + "/moi";
    public const string Coverage = Root + "/phu-song";
    public const string PointExport = Points + "/danh-sach";
    public const string Targets = Root + "/chi-tieu";
    public const string Training = Root + "/tap-huan";
    public const string TrainedPeople = Training + "/nguoi";
    public const string Courses = Training + "/khoa";
    public const string Sessions = Training + "/buoi";
    public const string NewSession = Sessions + "/moi";
    public const string Teams = Root + "/to-cong-nghe-so";
    public const string NewTeam = Teams + "/moi";
    public const string Acts = Root + "/van-ban";
    public const string NewAct = Acts + "/moi";
    public const string Organisations = Root + "/co-quan";
    public const string NewOrganisation = Organisations + "/moi";
    public const string Cases = Root + "/viec";
    public const string NewCase = Cases + "/moi";

    /// <summary>The token service's own pages, behind the same door.</summary>
    public const string SecondFactor = "/account/second-factor/set-up?returnUrl=/console";
    public const string Password = "/account/password";
    public const string PointCode = "/account/point-code";
    public const string Accounts = Root + "/tai-khoan";
    public const string Rules = Root + "/quy-che";
    public const string NewRules = Rules + "/moi";

    public static string Point(Guid id) => $"{Points}/{id}";

    public static string Openings(Guid point) => $"{Point(point)}/mo-cua";

    public static string PointPeople(Guid point) => $"{Point(point)}/nguoi";

    public static string Course(Guid id) => $"{Courses}/{id}";

    public static string Session(Guid id) => $"{Sessions}/{id}";

    public static string Team(Guid id) => $"{Teams}/{id}";

    public static string TeamMember(Guid team, Guid member) => $"{Team(team)}/nguoi/{member}";

    public static string Act(Guid id) => $"{Acts}/{id}";

    public static string Organisation(Guid id) => $"{Organisations}/{id}";

    public static string Case(Guid id) => $"{Cases}/{id}";

    /// <summary>What is held about a person.</summary>
    /// <param name="id">An account's, or a team member's.</param>
    public static string Person(Guid id) => $"{Accounts}/du-lieu/{id}";

    public static string RulesVersion(int version) =>
        $"{Rules}/{version.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    public static string Acceptances(int version) => RulesVersion(version) + "/chap-nhan";

    public static string Release(Guid id) => $"{Releases}/{id}";

    public static string ReleaseFile(Guid id, string path) =>
        $"{Release(id)}/tep/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    public static string Bulletin(Guid id) => $"{Bulletins}/{id}";

    public static string CoverageOf(Guid id) => $"{Coverage}/{id}";

    /// <summary>The address with what of a query is not empty.</summary>
    public static string With(string address, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var whole = new StringBuilder(address);
        var mark = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                whole.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                mark = '&';
            }
        }
        return whole.ToString();
    }

    /// <summary>Whether an address given from outside stays within the console.</summary>
    public static bool IsOurs(string? address) =>
        address is not null
        && (
            address == Root
            || address.StartsWith(Root + "/", StringComparison.Ordinal)
            || address.StartsWith(Root + "?", StringComparison.Ordinal)
        )
        && !address.Contains('\\');
}
