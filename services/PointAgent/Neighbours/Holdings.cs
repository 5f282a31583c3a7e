using System.Collections.Immutable;
using LaiChau.PointAgent.Library;

namespace LaiChau.PointAgent.Neighbours;

/// <summary>What a point asks another one about one release.</summary>
/// <param name="Asker">Who asks: its <see cref="Neighbourhood.Self"/>.</param>
/// <param name="Release">Which.</param>
/// <param name="Held">Bytes of it that came to the asker over the link already.</param>
/// <param name="Files">SHA-256 of files it is made of that the asker lacks, if it knows them.</param>
internal sealed record HoldingsQuestion(Guid Asker, Guid Release, long Held, IReadOnlyList<string> Files);

/// <param name="Self">Who answers.</param>
/// <param name="HasRelease">All of it is held, its manifest too.</param>
/// <param name="Files">Those of the files asked for that are held.</param>
/// <param name="Coming">It is being fetched over the link, and so many bytes of it have come.</param>
internal sealed record HoldingsAnswer(Guid Self, bool HasRelease, IReadOnlyList<string> Files, long? Coming);

/// <summary>What may be given to others: files of releases that are whole and in force, and nothing that is on its way.</summary>
internal sealed class Holdings(Shelf shelf)
{
    private readonly Lock _turn = new();
    private ImmutableArray<Release> _of = [];
    private Dictionary<string, ReleaseFile> _files = [];

    public Release? Release(Guid id) => shelf.Held.FirstOrDefault(r => r.Id == id);

    public ReleaseFile? File(string sha256)
    {
        lock (_turn)
        {
            if (_of != shelf.Held)
            {
                _of = shelf.Held;
                _files = _of.SelectMany(r => r.Files).DistinctBy(f => f.Sha256).ToDictionary(f => f.Sha256);
            }
            return _files.GetValueOrDefault(sha256);
        }
    }
}
