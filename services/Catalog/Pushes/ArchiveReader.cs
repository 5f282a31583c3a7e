using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net.Http.Headers;
using LaiChau.Distribution;

namespace LaiChau.Catalog.Pushes;

/// <summary>An archive is refused, and says which entry and why.</summary>
internal sealed class ArchiveException(string message) : Exception(message);

/// <summary>
/// Reads archives of strangers. Nothing is unpacked to a path: an entry is only a name and a stream. Refused: links and devices, encryption,
/// bombs (by ratio, by total, by overlapping entries, by number), and entries whose bytes are not what the archive declares, which .NET's
/// own reader cuts short without a word.
/// </summary>
internal static class ArchiveReader
{
    private const long FreeOfRatio = 16L << 20;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    public delegate Task TakeEntry(string path, Stream content);

    public delegate Task ReadArchive(FileStream archive, CatalogOptions limits, TakeEntry take, CancellationToken ct);

    public static ReadArchive? For(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
            ? type.MediaType?.ToLowerInvariant() switch
            {
                "application/zip" or "application/x-zip-compressed" => ReadZip,
                "application/gzip" or "application/x-gzip" => ReadTarGz,
                _ => null,
            }
            : null;

    private static Task ReadZip(FileStream archive, CatalogOptions limits, TakeEntry take, CancellationToken ct) =>
        Guarded(async () =>
        {
            RefuseEndlessDirectory(archive, limits);
            using var zip = new ZipArchive(archive, ZipArchiveMode.Read, leaveOpen: true);
            var entries = zip.Entries.Where(e => !e.FullName.EndsWith('/')).ToList();
            if (entries.Count > limits.MaxFiles)
            {
                throw new ArchiveException($"Nhiều hơn {limits.MaxFiles} tệp.");
            }
            if (entries.Sum(e => e.CompressedLength) > archive.Length)
            {
                throw new ArchiveException("Các mục chồng lên nhau trong tệp nén.");
            }
            long total = 0;
            foreach (var entry in entries)
            {
                RefuseSpecial(entry);
                await using var content = new EntryStream(
                    entry.FullName,
                    await entry.OpenAsync(ct),
                    Math.Min(limits.MaxReleaseBytes - total, MostFor(entry.CompressedLength, limits))
                );
                await take(PathOf(entry.FullName), content);
                if (content.Count != entry.Length || content.Crc != entry.Crc32)
                {
                    throw new ArchiveException($"«{entry.FullName}»: nội dung không khớp với cỡ và mã kiểm đã khai.");
                }
                total += content.Count;
            }
        });

    private static Task ReadTarGz(FileStream archive, CatalogOptions limits, TakeEntry take, CancellationToken ct) =>
        Guarded(async () =>
        {
            var most = Math.Min(limits.MaxReleaseBytes + FreeOfRatio, MostFor(archive.Length, limits));
            await using var unpacked = new EntryStream(
                "tar",
                new GZipStream(archive, CompressionMode.Decompress),
                most
            );
            await using var tar = new TarReader(unpacked, leaveOpen: true);
            var count = 0;
            while (await tar.GetNextEntryAsync(copyData: false, ct) is { } entry)
            {
                switch (entry.EntryType)
                {
                    case TarEntryType.Directory:
                    case TarEntryType.GlobalExtendedAttributes:
                        continue;
                    case TarEntryType.RegularFile:
                    case TarEntryType.V7RegularFile:
                        break;
                    default:
                        throw new ArchiveException(
                            $"«{entry.Name}»: chỉ nhận tệp thường, không nhận {entry.EntryType}."
                        );
                }
                if (++count > limits.MaxFiles)
                {
                    throw new ArchiveException($"Nhiều hơn {limits.MaxFiles} tệp.");
                }
                await using var content = new EntryStream(
                    entry.Name,
                    entry.DataStream ?? Stream.Null,
                    limits.MaxReleaseBytes
                );
                await take(PathOf(entry.Name), content);
                if (content.Count != entry.Length)
                {
                    throw new ArchiveException($"«{entry.Name}»: nội dung không khớp với cỡ đã khai.");
                }
            }
            // To the end: only there gzip compares its checksum.
            await unpacked.CopyToAsync(Stream.Null, ct);
        });

    private static async Task Guarded(Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new ArchiveException($"Tệp nén bị hỏng: {broken.Message}");
        }
    }

    private static long MostFor(long packed, CatalogOptions limits) => FreeOfRatio + packed * limits.MaxArchiveRatio;

    private static string PathOf(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private static void RefuseSpecial(ZipArchiveEntry entry)
    {
        var type = (entry.ExternalAttributes >> 16) & FileTypeMask;
        if (type is not (0 or RegularFile))
        {
            throw new ArchiveException($"«{entry.FullName}»: chỉ nhận tệp thường, không nhận liên kết hay thiết bị.");
        }
        if (entry.IsEncrypted)
        {
            throw new ArchiveException($"«{entry.FullName}»: tệp nén có mật khẩu.");
        }
    }

    /// <summary>
    /// ZipArchive reads the whole central directory into memory whatever its size, so its size is looked at first: it ends where
    /// the end record begins, and begins where that record says.
    /// </summary>
    private static void RefuseEndlessDirectory(FileStream archive, CatalogOptions limits)
    {
        const int EndRecord = 22;
        const int MostPerEntry = 2_048;
        var tail = new byte[Math.Min(archive.Length, EndRecord + ushort.MaxValue)];
        archive.Position = archive.Length - tail.Length;
        archive.ReadExactly(tail);
        archive.Position = 0;
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + EndRecord > tail.Length)
        {
            throw new ArchiveException("Không phải tệp zip, hoặc tệp bị cắt cụt.");
        }
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16));
        var zip64 = tail.AsSpan(0, at).LastIndexOf("PK\u0006\u0006"u8);
        if (start == uint.MaxValue && zip64 >= 0 && zip64 + 56 <= at)
        {
            start = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(zip64 + 48));
        }
        var most = (long)(limits.MaxFiles + 1_000) * MostPerEntry;
        if (start < 0 || start > archive.Length || archive.Length - start > most)
        {
            throw new ArchiveException("Mục lục của tệp zip quá lớn hoặc bị hỏng.");
        }
    }

    /// <summary>An entry as it is read: counted, summed up, and cut off where it grows too large.</summary>
    private sealed class EntryStream(string name, Stream inner, long most) : ForwardStream
    {
        private readonly Crc32 crc = new();

        public long Count { get; private set; }

        public uint Crc => crc.GetCurrentHashAsUInt32();

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            if (Count > most)
            {
                throw new ArchiveException($"«{name}»: giải nén ra quá lớn.");
            }
            crc.Append(buffer.Span[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
