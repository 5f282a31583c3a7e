using LaiChau.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LaiChau.PointRegistry;

/// <summary>Every way in which this service refuses. The details are for officers and are in Vietnamese.</summary>
internal static class PointRegistryProblems
{
    public static readonly Problem UnitNotFound = new(404, "unit-not-found", "There is no such unit on this day");
    public static readonly Problem MergeInvalid = new(422, "merge-invalid", "The merge cannot be applied");
    public static readonly Problem MergeApplied = new(409, "merge-applied", "This merge was applied before");
    public static readonly Problem UnitUnknown = new(422, "unit-unknown", "There is no unit with this code");
    public static readonly Problem UnitNotInForce = new(422, "unit-not-in-force", "The unit is no longer in force");
    public static readonly Problem UnitNotCommune = new(
        422,
        "unit-not-commune",
        "A point belongs to a commune or ward"
    );

    public static readonly Problem UnitOutOfPlace = new(
        422,
        "unit-out-of-place",
        "The unit is not one that this account manages"
    );

    public static readonly Problem OrganisationNotFound = new(
        404,
        "organisation-not-found",
        "There is no such organisation"
    );
    public static readonly Problem ActNotFound = new(404, "act-not-found", "There is no such act");
    public static readonly Problem ActUnknown = new(422, "act-unknown", "The act that is cited is not on record");
    public static readonly Problem ActExists = new(409, "act-exists", "This act is on record");
    public static readonly Problem ActCited = new(409, "act-cited", "The act is cited");

    public static readonly Problem PointNotFound = new(404, "point-not-found", "There is no such point");
    public static readonly Problem WrongState = new(409, "wrong-state", "The point's state does not allow this");
    public static readonly Problem PointSuspended = new(409, "point-suspended", "The point is suspended");
    public static readonly Problem PointClosed = new(409, "point-closed", "The point is closed");

    public static readonly Problem CaseNotFound = new(404, "case-not-found", "There is no such case");
    public static readonly Problem CaseElsewhere = new(409, "case-elsewhere", "Somebody else has to take this step");
    public static readonly Problem StepNotAllowed = new(
        409,
        "step-not-allowed",
        "The case's state does not allow this"
    );
    public static readonly Problem OpeningNotFound = new(404, "opening-not-found", "There is no such entry");
    public static readonly Problem OpeningOverlaps = new(
        409,
        "opening-overlaps",
        "The point is on record as open at that time"
    );
    public static readonly Problem OpeningStruck = new(409, "opening-struck", "The entry was struck out");

    public static readonly Problem TeamNotFound = new(404, "team-not-found", "There is no such team");
    public static readonly Problem TeamExists = new(409, "team-exists", "The village has a team");
    public static readonly Problem TeamMemberNotFound = new(404, "team-member-not-found", "There is no such member");

    public static readonly Problem PersonNotFound = new(404, "person-not-found", "There is no such person");
    public static readonly Problem PersonErased = new(409, "person-erased", "The person's data were erased");

    public static readonly Problem CourseNotFound = new(404, "course-not-found", "There is no such course");
    public static readonly Problem SessionNotFound = new(404, "session-not-found", "There is no such session");
    public static readonly Problem SessionOfCitizens = new(
        409,
        "session-of-citizens",
        "Citizens are counted and not named"
    );
    public static readonly Problem PersonUnknown = new(422, "person-unknown", "There is no such person in this place");

    public static readonly Problem SortUnknown = new(422, "sort-unknown", "There is no such order");
    public static readonly Problem CursorInvalid = new(
        422,
        "cursor-invalid",
        "The cursor is not of this list and order"
    );
    public static readonly Problem FileInvalid = new(422, "file-invalid", "The file cannot be read as such a table");
    public static readonly Problem RowsInvalid = new(422, "rows-invalid", "Some rows are faulty; nothing was changed");

    public static readonly Problem CodeUnknown = new(404, "enrolment-code-unknown", "This code was never issued");
    public static readonly Problem CodeExpired = new(410, "enrolment-code-expired", "The code has expired");
    public static readonly Problem CodeReplaced = new(410, "enrolment-code-replaced", "A newer code was issued");
    public static readonly Problem CodeUsed = new(409, "enrolment-code-used", "The code was used with another key");
    public static readonly Problem KeyInvalid = new(422, "public-key-invalid", "The key is not an EC P-256 public JWK");
    public static readonly Problem KeyInUse = new(409, "public-key-in-use", "Somebody else has this key, or had it");
    public static readonly Problem TooManyAttempts = new(429, "too-many-attempts", "Too many wrong codes from here");

    public static readonly Problem AccountNotFound = new(404, "account-not-found", "There is no such account");
    public static readonly Problem UserNameTaken = new(409, "user-name-taken", "The user name is taken");
    public static readonly Problem UserNameInvalid = new(422, "user-name-invalid", "The user name is not allowed");
    public static readonly Problem RoleUnknown = new(422, "role-unknown", "There is no such role");
    public static readonly Problem PasswordTooWeak = new(422, "password-too-weak", "The password is too weak");
    public static readonly Problem PasswordWrong = new(422, "password-wrong", "The old password is not right");
    public static readonly Problem KeyNotFound = new(404, "account-key-not-found", "There is no such key");
    public static readonly Problem TooManyKeys = new(409, "too-many-keys", "The account has as many keys as it may");
    public static readonly Problem RulesNotFound = new(404, "rules-not-found", "There are no such rules");
    public static readonly Problem RulesSuperseded = new(409, "rules-superseded", "Other rules are in force");
    public static readonly Problem OwnAccount = new(409, "own-account", "Nobody disables the own account");

    public static ProblemHttpResult ChangedMeanwhile(string what = "Điểm") =>
        Problem.ChangedMeanwhile.With($"{what} này vừa được người khác sửa. Hãy tải lại rồi sửa tiếp.");

    public static ProblemHttpResult Erased() =>
        PersonErased.With("Dữ liệu của người này đã được xoá; không sửa hay mở lại được nữa.");

    public static ProblemHttpResult NoCursor() =>
        CursorInvalid.With("Dấu trang không thuộc danh sách này hoặc cách sắp xếp này. Hãy bắt đầu lại từ trang đầu.");

    public static ProblemHttpResult Invalid(string field, string detail) =>
        Problem.Invalid.With(detail, ("field", field));
}
