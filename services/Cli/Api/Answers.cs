using System.Text.Json.Serialization;

namespace LaiChau.Cli.Api;

/// <summary>One page of a list; <paramref name="Next"/> is null on the last one.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

public sealed record Person(Guid Id, string Name);

public sealed record Delivery(int Expected, int Showing, DateTimeOffset? ReportedAt);

public sealed record ReleaseFile(
    string Path,
    long Size,
    string Sha256,
    string? MediaType,
    string? Language,
    string? Alt
);

public sealed record Release
{
    public required Guid Id { get; init; }
    public required string Package { get; init; }
    public int Version { get; init; }
    public string? Feed { get; init; }
    public string? Kind { get; init; }
    public required string State { get; init; }
    public IReadOnlyDictionary<string, string> Title { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string>? Summary { get; init; }
    public string? Category { get; init; }
    public string? Priority { get; init; }
    public IReadOnlyList<string> Languages { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public string? Act { get; init; }
    public long Size { get; init; }
    public IReadOnlyList<ReleaseFile>? Files { get; init; }
    public Person? Author { get; init; }
    public Person? ApprovedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public string? RecallReason { get; init; }
    public Delivery? Delivery { get; init; }
}

/// <summary>What a new release says of itself.</summary>
public sealed record PackageDescription
{
    public required string Package { get; init; }
    public string Feed { get; init; } = "tinh";
    public required IReadOnlyDictionary<string, string> Title { get; init; }
    public IReadOnlyDictionary<string, string>? Summary { get; init; }
    public required string Category { get; init; }
    public string Priority { get; init; } = "normal";
    public required IReadOnlyList<string> Languages { get; init; }
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public string? Act { get; init; }
}

public sealed record PushBlock(string Sha256, int Size);

public sealed record PushFile(string Path, long Size, string Sha256, string MediaType, IReadOnlyList<PushBlock> Blocks);

public sealed record Push(Guid Id, string State, IReadOnlyList<string>? Missing, Guid? ReleaseId);

public sealed record Attachment(Guid Id, string Name, string? MediaType, string? Language, string? Caption, long Size);

public sealed record BulletinText(string Language, string Title, string? Lead, string? Body);

public sealed record Bulletin
{
    public required Guid Id { get; init; }
    public string? Slug { get; init; }
    public required string State { get; init; }
    public int Revision { get; init; }
    public string? Category { get; init; }
    public string? Level { get; init; }
    public string? Priority { get; init; }
    public string? Author { get; init; }
    public string? Office { get; init; }
    public IReadOnlyList<BulletinText> Texts { get; init; } = [];
    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
    public DateTimeOffset? ValidFrom { get; init; }
    public DateTimeOffset? ValidUntil { get; init; }
    public Person? CreatedBy { get; init; }
    public Person? ApprovedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ApprovedAt { get; init; }
    public BulletinRelease? Release { get; init; }
}

public sealed record BulletinRelease(Guid Id, string? State, DateTimeOffset? PublishedAt);

public sealed record Unit(
    string Code,
    string Name,
    string? FullName,
    string? Type,
    string? ParentCode,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    double? Latitude,
    double? Longitude
);

public sealed record Named(Guid Id, string Name);

public sealed record Organisation(Guid Id, string Kind, string Name, Named? Owner, bool Active);

/// <param name="Kind">As numbers abbreviate it: <c>HD</c>, <c>QĐ</c>.</param>
/// <param name="Replaces">Another act's number, or its id.</param>
public sealed record NewAct(
    string Number,
    string Kind,
    Guid IssuerId,
    DateOnly Date,
    string Title,
    string? Scope = null,
    DateOnly? InForceFrom = null,
    string? Replaces = null
);

public sealed record ActReference(Guid Id, string Number);

public sealed record LegalAct(
    Guid Id,
    string Number,
    string KindName,
    Named Issuer,
    DateOnly? Date,
    string Title,
    string? Scope,
    DateOnly? InForceFrom,
    DateOnly? InForceTo,
    ActReference? Replaces
);

public sealed record NewPoint(
    string Name,
    string UnitCode,
    IReadOnlyList<string> Languages,
    double? Latitude = null,
    double? Longitude = null
);

public sealed record Point
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public string? UnitCode { get; init; }
    public string? UnitName { get; init; }
    public required string State { get; init; }
    public IReadOnlyList<string> Languages { get; init; } = [];
    public IReadOnlyList<string> Feeds { get; init; } = [];
    public DateTimeOffset? EnrolledAt { get; init; }
    public DateTimeOffset? SilentSince { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <param name="Kind"><c>task</c>, <c>incident</c> or <c>case</c>.</param>
/// <param name="UnitCode">Where it is of no point.</param>
public sealed record NewCase(
    string Kind,
    string Title,
    string? Description = null,
    Guid? PointId = null,
    string? UnitCode = null,
    string? Equipment = null,
    string? Priority = null,
    DateOnly? DueOn = null,
    string? Assignee = null
);

public sealed record CaseStep(
    string Step,
    string? Comment = null,
    string? Assignee = null,
    string? Priority = null,
    DateOnly? DueOn = null
);

public sealed record RaisedCase
{
    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required string Title { get; init; }
    public string? PointName { get; init; }
    public string? UnitName { get; init; }
    public required string Priority { get; init; }
    public DateOnly? DueOn { get; init; }
    public bool Overdue { get; init; }
    public required string State { get; init; }
    public required string Assignee { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
}

public sealed record TrainingGap(TrainingPerson Person, TrainingStanding Course);

public sealed record TrainingPerson(string Name, string UnitName, string? PointName = null, string? Village = null);

public sealed record TrainingStanding(string Course, string Standing, DateOnly? Until = null);

public sealed record ImportedPoints(bool DryRun, int Points);

public sealed record NewOpening(DateTimeOffset OpenedAt, DateTimeOffset ClosedAt, string? Note = null);

public sealed record Opening(Guid Id, DateTimeOffset OpenedAt, DateTimeOffset ClosedAt, string? Note);

public sealed record EnrolmentCode(string Code, DateTimeOffset ExpiresAt);

/// <param name="UnitCode">With the role <c>commune</c>.</param>
/// <param name="PointId">With the roles <c>manager</c> and <c>officer</c>.</param>
/// <param name="ExpiresAt">For an account that is for a time only.</param>
public sealed record NewAccount(
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    string Password,
    string? UnitCode = null,
    Guid? PointId = null,
    DateTimeOffset? ExpiresAt = null
);

public sealed record Account(
    Guid Id,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt
);

public sealed record AccountKeyAnswer(
    Guid Id,
    string Name,
    string Thumbprint,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt
);

/// <summary>What somebody who forgot the password types in at <paramref name="Page"/>.</summary>
public sealed record PasswordReset(string Code, Uri Page, DateTimeOffset ExpiresAt);

/// <param name="Act">Number or id of the act that they rest on.</param>
public sealed record NewRules(string Title, string Text, DateOnly InForceFrom, string? Act = null);

public sealed record RulesVersion
{
    public required int Version { get; init; }
    public required string Title { get; init; }

    /// <summary>Not in lists.</summary>
    public string? Text { get; init; }
    public required string TextSha256 { get; init; }
    public required DateOnly InForceFrom { get; init; }
    public bool InForce { get; init; }
    public ActReference? Act { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When the own account accepted it.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }
}

public sealed record Acceptance(
    Guid AccountId,
    string UserName,
    string Name,
    IReadOnlyList<string> Roles,
    int Version,
    DateTimeOffset? AcceptedAt
);

/// <param name="Where">A table and its column.</param>
public sealed record PersonalRows(string Where, long Rows);

/// <param name="Mentions">Where the words themselves still stand.</param>
public sealed record ErasedPerson(
    bool DryRun,
    Guid? AccountId,
    IReadOnlyList<Guid> MemberIds,
    IReadOnlyList<PersonalRows> Erased,
    IReadOnlyList<string> Elsewhere,
    IReadOnlyList<string> Kept,
    IReadOnlyList<PersonalRows> Mentions
);

public sealed record ReleaseCoverage
{
    public required Guid ReleaseId { get; init; }
    public required string Package { get; init; }
    public int Version { get; init; }
    public IReadOnlyDictionary<string, string> Title { get; init; } = new Dictionary<string, string>();
    public required string State { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public DateTimeOffset? RecalledAt { get; init; }
    public int Expected { get; init; }
    public int Showing { get; init; }
    public double Percent { get; init; }
    public int MayStillShow { get; init; }
    public IReadOnlyList<PointCoverage>? Points { get; init; }
}

public sealed record PointCoverage(
    Guid PointId,
    string? PointName,
    string? UnitName,
    string State,
    DateTimeOffset? Since,
    DateTimeOffset? LastContactAt
);

internal sealed record Token(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn
);

public sealed record PlaneKey(string Id, string? Owner, bool AtHand);

public sealed record PlaneRole(
    string Name,
    long Version,
    DateTimeOffset Expires,
    int Threshold,
    IReadOnlyList<PlaneKey> Keys,
    bool Online,
    bool CanSign
);

public sealed record PlaneWarning(string Code, string? Role, string Text);

/// <summary>The signed metadata of the distribution plane: what is in force, and what needs somebody's care.</summary>
public sealed record PlaneStatus(IReadOnlyList<PlaneRole> Roles, IReadOnlyList<PlaneWarning> Warnings)
{
    public long Version(string role) => Roles.FirstOrDefault(r => r.Name == role)?.Version ?? 0;
}

public sealed record MetadataTaken(bool Changed, bool DryRun, PlaneStatus Plane);

public sealed record ReturnedEvents(Guid Point, EventsTaken Taken);

public sealed record EventsTaken(int Accepted, int Duplicates, IReadOnlyList<EventRejected> Rejected);

public sealed record EventRejected(string? Id, string Code);
