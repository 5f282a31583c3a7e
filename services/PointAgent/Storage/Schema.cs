namespace LaiChau.PointAgent.Storage;

/// <summary>Each step is applied once, in order; a step that has shipped is never edited.</summary>
internal static class Schema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
            CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE metadata (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;

            -- What is on the screen. The manifest and the index of the pack tell which chunks its files are made of.
            CREATE TABLE release (
                id TEXT PRIMARY KEY, package TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, document TEXT NOT NULL,
                manifest BLOB NOT NULL, contents BLOB NOT NULL, shown_at TEXT NOT NULL) WITHOUT ROWID;

            -- What is on its way: fetched once, so that a resumed transfer does not pay for it again.
            CREATE TABLE pull (release TEXT PRIMARY KEY, manifest BLOB NOT NULL, contents BLOB) WITHOUT ROWID;

            CREATE TABLE event (id TEXT PRIMARY KEY, document TEXT NOT NULL);
            CREATE TABLE refused_event (id TEXT PRIMARY KEY, code TEXT NOT NULL, document TEXT NOT NULL, at TEXT NOT NULL);
            CREATE TABLE count (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

            CREATE VIRTUAL TABLE search USING fts5 (
                release UNINDEXED, exact, plain, tokenize = "unicode61 remove_diacritics 0");
            """,
        // What chunks a file is made of is found by cutting it anew. Transfers begun in the format before are begun again; what is on the screen stays.
        """
            ALTER TABLE release DROP COLUMN contents;
            DROP TABLE pull;
            CREATE TABLE pull (
                release TEXT PRIMARY KEY, manifest BLOB NOT NULL, is_ready INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
            """,
        // Off the screen until the files of it that the disk has spoilt came anew; what is good of them need not come.
        "ALTER TABLE release ADD COLUMN is_torn INTEGER NOT NULL DEFAULT 0;",
        // What officers wrote at the desk, to be read there; the server is told of each by an event of the same id.
        "CREATE TABLE desk_entry (id TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;",
    ];
}
