namespace LaiChau.PointAgent.Pull;

/// <summary>A mirror answered, but not with what was asked for: another range, less than there is to be, nothing.</summary>
internal sealed class WrongAnswerException(string message) : HttpRequestException(message);
