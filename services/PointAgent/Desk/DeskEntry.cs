using LaiChau.PointAgent.Portal;

namespace LaiChau.PointAgent.Desk;

/// <summary>What somebody wrote at the desk: that the point was open, or what is wrong. Kept here after it was sent, to be looked at.</summary>
/// <param name="At">When it was written.</param>
/// <param name="By">Account of the writer.</param>
/// <param name="Opened">Null: it is no opening.</param>
internal sealed record DeskEntry(
    Guid Id,
    DateTimeOffset At,
    Guid By,
    string? Text,
    DateTimeOffset? Opened = null,
    DateTimeOffset? Closed = null
)
{
    /// <summary>For the officer.</summary>
    public string Says() =>
        (Opened, Closed) is ({ } from, { } to)
            ? $"Mở cửa {Say.Date(from)}, {Say.TimeOfDay(from)}–{Say.TimeOfDay(to)}{(Text is null ? "" : ": " + Text)}"
            : $"Sự cố: {Text}";
}

/// <summary>An entry, and how far it has come.</summary>
/// <param name="By">Name of the writer, as long as the register says it: whoever is erased there is nobody here.</param>
/// <param name="IsWaiting">The server does not have it yet.</param>
/// <param name="Refusal">Why it was not taken.</param>
internal sealed record DeskEntryState(DeskEntry Entry, string By, bool IsWaiting, string? Refusal);
