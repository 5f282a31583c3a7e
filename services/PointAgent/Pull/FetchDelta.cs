using LaiChau.Distribution;
using LaiChau.Distribution.Content;
using LaiChau.Distribution.Content.Deltas;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// Brings a delta onto the disk: head and frames in one request, going on after a cut at the byte where it was. The head is checked when it has
/// come, every frame as soon as it is complete. What is wrong is cut off and asked for once more.
/// </summary>
internal sealed class FetchDelta(
    PullAttempt attempt,
    HeadedObject delta,
    ReleaseManifest from,
    PartialObject file,
    Action<DeltaHead> foresee,
    ILogger log
)
{
    private DeltaHead? _head;
    private IReadOnlyList<ByteRange> _frames = [];
    private int _checked;
    private int _faults;

    /// <exception cref="ContentException">The mirror gave something else, twice.</exception>
    /// <exception cref="WrongAnswerException">The mirror does not have it, or twice less of it than there is.</exception>
    public async Task<DeltaHead> Run(CancellationToken stop)
    {
        await IsGoodSoFar(stop);
        file.CutUnsure(Good);
        _faults = 0;
        while (file.Length < delta.Size)
        {
            try
            {
                attempt.Ask(delta.Size - file.Length, 1, $"the rest of a delta of {delta.Size} bytes");
                await using var source = await FetchObject.Rest(file, delta, delta.Size, attempt.Mirror, stop);
                await FetchObject.Fill(file, source, delta.Size, () => IsGoodSoFar(stop), stop);
            }
            catch (WrongAnswerException fault) when (file.Length > 0 && _faults == 0)
            {
                // It ends too early, or cannot be resumed here: from the start, it costs less than the pack would.
                Note(fault);
                (_head, _checked) = (null, 0);
                file.CutTo(0);
            }
        }
        file.Sync();
        return _head!;
    }

    /// <summary>One past the last byte that was checked.</summary>
    private long Good =>
        _head is null ? 0
        : _checked == 0 ? delta.HeadSize
        : _frames[_checked - 1].End;

    /// <returns>False when something was wrong and has been cut off.</returns>
    private async Task<bool> IsGoodSoFar(CancellationToken stop)
    {
        try
        {
            if (_head is null && file.Length >= delta.HeadSize)
            {
                _head = DeltaHead.Parse(file.First(delta.HeadSize), delta, from);
                _frames = DeltaReader.Frames(_head);
                foresee(_head);
            }
            for (; _head is not null && _checked < _frames.Count && _frames[_checked].End <= file.Length; _checked++)
                await DeltaReader.Check(_head, _checked, file.Content, stop);
            return true;
        }
        catch (ContentException fault)
        {
            file.CutTo(Good);
            if (_faults > 0)
                throw;
            Note(fault);
            return false;
        }
    }

    private void Note(Exception fault)
    {
        _faults++;
        log.LogWarning("{Mirror} gave a wrong {Delta}: {Reason}", attempt.Where, delta.PlanePath, fault.Message);
    }
}
