using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.Catalog.Pushes;

/// <summary>What is wrong with a request, field by field: an editor mends all of it at once.</summary>
internal sealed class Faults
{
    private const int MostShown = 100;
    private readonly Dictionary<string, List<string>> byField = new(StringComparer.Ordinal);

    public bool Any => byField.Count > 0;

    public bool IsFull => byField.Count >= MostShown;

    public void Add(string field, string fault)
    {
        if (byField.TryGetValue(field, out var known))
        {
            known.Add(fault);
        }
        else if (byField.Count < MostShown)
        {
            byField[field] = [fault];
        }
    }

    public void AddUnless(bool good, string field, string fault)
    {
        if (!good)
        {
            Add(field, fault);
        }
    }

    public ProblemHttpResult Answer() =>
        CatalogProblems.Invalid.With("Hãy sửa các mục nêu trong errors rồi gửi lại.", ("errors", byField));
}
