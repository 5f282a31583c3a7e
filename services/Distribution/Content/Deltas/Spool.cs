namespace LaiChau.Distribution.Content.Deltas;

/// <summary>Files one after another in a scratch file, to be read at any place.</summary>
internal sealed class Spool(FileStream scratch) : IDisposable
{
    // What comes in is small: it is written when this is full, or read.
    private readonly byte[] _last = new byte[64 * 1024];
    private int _lastLength;
    private long _written;

    public long Length => _written + _lastLength;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_lastLength == _last.Length)
            {
                Write();
            }
            var length = Math.Min(bytes.Length, _last.Length - _lastLength);
            bytes[..length].CopyTo(_last.AsSpan(_lastLength));
            _lastLength += length;
            bytes = bytes[length..];
        }
    }

    public void Read(long at, Span<byte> destination)
    {
        Write();
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(scratch.SafeFileHandle, destination, at);
            if (read == 0)
            {
                throw new EndOfStreamException("The scratch file is shorter than what was written to it.");
            }
            destination = destination[read..];
            at += read;
        }
    }

    public void Dispose() => scratch.Dispose();

    private void Write()
    {
        RandomAccess.Write(scratch.SafeFileHandle, _last.AsSpan(0, _lastLength), _written);
        _written += _lastLength;
        _lastLength = 0;
    }
}

/// <summary>Compares what lies in spools; memory is one block.</summary>
internal sealed class SpoolCursor(Spool spool)
{
    private const int BlockLength = 64 * 1024;

    private readonly byte[] _block = new byte[BlockLength];
    private long _blockAt;
    private int _blockLength;

    /// <summary>How many bytes from <paramref name="at"/> on are those of <paramref name="other"/> from <paramref name="otherAt"/> on.</summary>
    public long CommonAfter(long at, SpoolCursor other, long otherAt, long most)
    {
        long common = 0;
        while (common < most)
        {
            var mine = From(at + common);
            var theirs = other.From(otherAt + common);
            var length = (int)Math.Min(Math.Min(mine.Length, theirs.Length), most - common);
            var same = mine[..length].CommonPrefixLength(theirs[..length]);
            common += same;
            if (same < length)
            {
                break;
            }
        }
        return common;
    }

    /// <summary>How many bytes before <paramref name="at"/> are those of <paramref name="other"/> before <paramref name="otherAt"/>.</summary>
    public long CommonBefore(long at, SpoolCursor other, long otherAt, long most)
    {
        long common = 0;
        while (common < most && From(at - common - 1)[0] == other.From(otherAt - common - 1)[0])
        {
            common++;
        }
        return common;
    }

    private ReadOnlySpan<byte> From(long at)
    {
        if (at < _blockAt || at >= _blockAt + _blockLength)
        {
            // Some of what is before, too: matches are grown both ways.
            _blockAt = Math.Max(0, at - (BlockLength / 4));
            _blockLength = (int)Math.Min(BlockLength, spool.Length - _blockAt);
            spool.Read(_blockAt, _block.AsSpan(0, _blockLength));
        }
        return _block.AsSpan((int)(at - _blockAt), (int)(_blockLength - (at - _blockAt)));
    }
}
