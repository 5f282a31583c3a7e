namespace LaiChau.PointRegistry.Accounts.Passwords;

/// <summary>A password typed twice.</summary>
internal static class NewPassword
{
    /// <summary>Why it is not taken, in Vietnamese; null when it is.</summary>
    public static string? Fault(IFormCollection form, Account account) =>
        form["password"].ToString() != form["again"].ToString()
            ? "Hai lần nhập mật khẩu mới không giống nhau."
            : PasswordRules.Fault(form["password"].ToString(), account.UserName);

    /// <summary>The page after it was taken.</summary>
    public static IResult Taken(HttpContext context) =>
        AccountPage.Show(
            context,
            new()
            {
                Title = "Đã đổi mật khẩu",
                Message = "Mọi phiên đang mở đã kết thúc. Hãy đăng nhập bằng mật khẩu mới.",
            }
        );
}
