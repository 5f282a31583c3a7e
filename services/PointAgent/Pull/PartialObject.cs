using LaiChau.PointAgent.Storage;

namespace LaiChau.PointAgent.Pull;

/// <summary>
/// The first bytes of an object of the plane, in a file that only grows: a transfer goes on at the byte where it was cut. Nothing here says that
/// they are the right ones.
/// </summary>
internal sealed class PartialObject : IDisposable
{
    /// <summary>At most this much is fetched again after a power cut.</summary>
    private const int SyncEvery = 64 * 1024;

    private readonly FileStream _file;
    private readonly bool _isOfThisRun;
    private long _synced;

    /// <param name="path">Where it lies.</param>
    /// <param name="isOfThisRun">True when this very process wrote it: the power did not go since.</param>
    public PartialObject(string path, bool isOfThisRun)
    {
        _isOfThisRun = isOfThisRun;
        _file = Durable.OpenGrowing(path);
        _synced = Length = _file.Length;
    }

    public long Length { get; private set; }

    public string Path => _file.Name;

    /// <summary>To read it at any place.</summary>
    public Stream Content => _file;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        // So that no sync is owed for what lies before a multiple of this length.
        for (var sure = (Length / SyncEvery + 1) * SyncEvery; !bytes.IsEmpty; sure += SyncEvery)
        {
            var piece = bytes[..(int)Math.Min(bytes.Length, sure - Length)];
            RandomAccess.Write(_file.SafeFileHandle, piece, Length);
            Length += piece.Length;
            bytes = bytes[piece.Length..];
            if (Length == sure)
                Sync();
        }
    }

    public byte[] First(int length)
    {
        var bytes = new byte[length];
        _file.Position = 0;
        _file.ReadExactly(bytes);
        return bytes;
    }

    public void CutTo(long length)
    {
        if (length >= Length)
            return;
        _file.SetLength(length);
        Length = length;
        _synced = Math.Min(_synced, length);
    }

    /// <summary>
    /// What was written after the last sync of an earlier run may be anything, if the power went: it is cut off, but for what was found good.
    /// </summary>
    public void CutUnsure(long good)
    {
        if (!_isOfThisRun)
            CutTo(Math.Max(good, (Length - 1) / SyncEvery * SyncEvery));
    }

    public void Sync()
    {
        if (_synced == Length)
            return;
        Durable.Flush(_file);
        _synced = Length;
    }

    public void Dispose() => _file.Dispose();
}
