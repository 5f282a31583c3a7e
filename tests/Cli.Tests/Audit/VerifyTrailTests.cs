using LaiChau.Cli.Audit;
using LaiChau.Contracts.Audit;
using LaiChau.Distribution.Trust;

namespace LaiChau.Cli.Tests.Audit;

public sealed class VerifyTrailTests
{
    private const int Count = 20;

    [Fact]
    public async Task A_trail_as_it_was_written_is_whole()
    {
        var rows = Trail(Count);
        var verdict = await Verify(rows, Head(rows, 5), Head(rows, Count));
        Assert.Null(verdict.Fault);
        Assert.Equal((Count, rows[^1].Hash), (verdict.Entries, verdict.LastHash));
    }

    [Fact]
    public async Task What_came_after_the_signature_does_not_matter_to_it()
    {
        var rows = Trail(Count);
        Assert.Null((await Verify(rows, Head(rows, 7))).Fault);
    }

    [Fact]
    public async Task An_edited_line_is_found() =>
        await Finds(
            "mục 9 không khớp",
            8,
            rows => rows[8] = rows[8] with { Line = rows[8].Line.Replace("ops", "admin") }
        );

    [Fact]
    public async Task An_edited_hash_is_found() =>
        await Finds("mục 9 không khớp", 8, rows => rows[8] = rows[8] with { Hash = AuditChain.Start });

    [Fact]
    public async Task A_deleted_entry_is_found() => await Finds("thiếu mục 9", 8, rows => rows.RemoveAt(8));

    [Fact]
    public async Task Swapped_entries_are_found() =>
        await Finds(
            "thứ tự đã bị đổi",
            8,
            rows => (rows[8], rows[9]) = (rows[9] with { No = 9 }, rows[8] with { No = 10 })
        );

    [Fact]
    public async Task An_entry_twice_is_found() => await Finds("thứ tự đã bị đổi", 9, rows => rows.Insert(9, rows[8]));

    [Fact]
    public async Task A_cut_off_end_is_found() =>
        await Finds("phần cuối đã bị cắt", 15, rows => rows.RemoveRange(15, Count - 15));

    [Fact]
    public async Task An_empty_trail_is_found() => await Finds("phần cuối đã bị cắt", 0, rows => rows.Clear());

    [Fact]
    public async Task A_line_that_is_no_entry_is_found() =>
        await Finds("không còn đọc được", 8, rows => rows[8] = rows[8] with { Line = "[]" });

    [Fact]
    public async Task A_chain_computed_anew_after_an_edit_is_found_and_narrowed_down_by_earlier_signatures()
    {
        var rows = Trail(Count);
        var signed = new[] { Head(rows, 5), Head(rows, 12), Head(rows, Count) };
        rows[8] = rows[8] with { Line = rows[8].Line.Replace("ops", "admin") };
        for (var i = 8; i < Count; i++)
        {
            rows[i] = rows[i] with { Hash = AuditChain.Next(rows[i - 1].Hash, rows[i].Line) };
        }
        Assert.Contains("từ 6 đến 12", (await Verify(rows, signed)).Fault!, StringComparison.Ordinal);
        // With nothing that was signed before, it is a good trail: that is what heads are kept for.
        Assert.Null((await Verify(rows)).Fault);
    }

    [Fact]
    public async Task An_erased_personal_part_is_named_and_one_that_nobody_decided_is_found()
    {
        var rows = Trail(4);
        Add("""{"no":5,"action":"created","entity":"account","personal":"ab"}""", hasPersonal: false);
        Add("""{"no":6,"action":"created","entity":"account","personal":"cd"}""", hasPersonal: true);
        var unsaid = await Verify(rows, Head(rows, 6));
        Assert.Contains("không có quyết định xoá: mục 5", unsaid.Fault!, StringComparison.Ordinal);

        Add("""{"no":7,"action":"erased","entity":"person","after":{"parts":[5]}}""", hasPersonal: false);
        var said = await Verify(rows, Head(rows, 7));
        Assert.Null(said.Fault);
        Assert.Equal([5], said.Erased);

        void Add(string line, bool hasPersonal) =>
            rows.Add(new(rows[^1].No + 1, AuditChain.Next(rows[^1].Hash, line), line, hasPersonal));
    }

    [Theory]
    [InlineData("3", 3L)]
    [InlineData("3, 7–9, 11", 3L, 7L, 8L, 9L, 11L)]
    public void Numbers_are_said_in_spans(string said, params long[] numbers) =>
        Assert.Equal(said, Numbers.Say(numbers));

    private static async Task Finds(string fault, long good, Action<List<AuditRow>> harm)
    {
        var rows = Trail(Count);
        var head = Head(rows, Count);
        harm(rows);
        var verdict = await Verify(rows, head);
        Assert.NotNull(verdict.Fault);
        Assert.Contains(fault, verdict.Fault, StringComparison.Ordinal);
        Assert.Equal(good, verdict.Entries);
    }

    private static Task<TrailVerdict> Verify(List<AuditRow> rows, params AuditHead[] heads) =>
        VerifyTrail.Run("points", heads, rows.ToAsyncEnumerable(), TestContext.Current.CancellationToken);

    private static AuditHead Head(List<AuditRow> rows, int no) =>
        new("points", no, rows[no - 1].Hash, TimeProvider.System.GetUtcNow());

    private static List<AuditRow> Trail(int count)
    {
        var rows = new List<AuditRow>();
        for (var no = 1; no <= count; no++)
        {
            var line = $$"""{"no":{{no}},"actor":"ops","name":"Điểm mẫu {{no}}"}""";
            rows.Add(new(no, AuditChain.Next(no == 1 ? AuditChain.Start : rows[^1].Hash, line), line));
        }
        return rows;
    }
}
