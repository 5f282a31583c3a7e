using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace LaiChau.OpsConsole.Tests;

/// <summary>Sample data («mẫu») in the shapes of decision 0001.</summary>
internal static class Samples
{
    public static readonly Guid Author = Guid.CreateVersion7();
    public static readonly Guid OnlinePoint = Guid.CreateVersion7();
    public static readonly Guid SilentPoint = Guid.CreateVersion7();
    public static readonly Guid NewPoint = Guid.CreateVersion7();
    public static readonly Guid Waiting = Guid.CreateVersion7();
    public static readonly Guid Published = Guid.CreateVersion7();
    public static readonly Guid Recalled = Guid.CreateVersion7();
    public static readonly Guid Hostile = Guid.CreateVersion7();
    public static readonly Guid Submitted = Guid.CreateVersion7();
    public static readonly Guid Picture = Guid.CreateVersion7();
    public static readonly Guid Draft = Guid.CreateVersion7();
    public static readonly Guid Broken = Guid.CreateVersion7();
    public static readonly Guid Handed = Guid.CreateVersion7();
    public static readonly Guid Opened = Guid.CreateVersion7();
    public static readonly Guid Course = Guid.CreateVersion7();
    public static readonly Guid OfStaff = Guid.CreateVersion7();
    public static readonly Guid OfCitizens = Guid.CreateVersion7();
    public static readonly Guid Team = Guid.CreateVersion7();
    public static readonly Guid Member = Guid.CreateVersion7();
    public static readonly Guid Act = Guid.CreateVersion7();
    public static readonly Guid OlderAct = Guid.CreateVersion7();
    public static readonly Guid Office = Guid.CreateVersion7();
    public static readonly Guid OlderOffice = Guid.CreateVersion7();
    public static readonly Guid Mended = Guid.CreateVersion7();
    public const string HostileTitle = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>";

    public static void Fill(ContractServer server)
    {
        var now = TimeProvider.System.GetUtcNow();
        var answers = server.Answers;
        object[] points =
        [
            Point(OnlinePoint, "Điểm mẫu Nhà văn hoá", "Xã Sìn Hồ (mẫu)", "active", now.AddDays(-30)),
            Point(SilentPoint, "Điểm mẫu Bưu điện", "Xã Than Uyên (mẫu)", "active", now.AddDays(-20), now.AddDays(-2)),
            Point(NewPoint, "Điểm mẫu Trạm y tế", "Xã Mường Tè (mẫu)", "planned", null),
        ];
        answers["/api/points"] = new { items = points };
        // The registry searches, by every spelling and without diacritics.
        answers["/api/points?q=sin%20ho&limit=500"] = new { items = points[..1] };
        foreach (var id in new[] { OnlinePoint, SilentPoint, NewPoint })
        {
            answers[$"/api/points/{id}/history"] = History(now);
        }
        answers[$"/api/points/{OnlinePoint}"] = points[0];
        answers[$"/api/points/{SilentPoint}"] = points[1];
        answers[$"/api/points/{NewPoint}"] = points[2];
        answers["/api/points/units"] = new
        {
            items = new object[]
            {
                new
                {
                    code = "03478",
                    name = "Sìn Hồ",
                    fullName = "Xã Sìn Hồ",
                    type = "xa",
                },
                new
                {
                    code = "03595",
                    name = "Than Uyên",
                    fullName = "Xã Than Uyên",
                    type = "xa",
                },
                new
                {
                    code = "03388",
                    name = "Tân Phong",
                    fullName = "Phường Tân Phong",
                    type = "phuong",
                },
            },
        };
        answers[$"/api/points/{NewPoint}/enrolment-codes"] = new
        {
            code = "K7QF-2M9X-PA4T",
            expiresAt = now.AddHours(24),
        };
        answers["/api/points/accounts"] = new
        {
            items = new object[]
            {
                new
                {
                    id = Guid.CreateVersion7(),
                    userName = "quantri",
                    name = "Quản trị mẫu",
                    roles = new[] { "admin" },
                    createdAt = now.AddDays(-90),
                },
                new
                {
                    id = Author,
                    userName = "bientap",
                    name = "Biên tập mẫu",
                    roles = new[] { "editor", "reviewer" },
                    createdAt = now.AddDays(-80),
                },
            },
        };
        var rules = new object[]
        {
            Rules(3, "Quy chế mới (mẫu)", VietnamToday(now).AddDays(20), false, now),
            Rules(2, "Quy chế sử dụng nền tảng (mẫu)", VietnamToday(now).AddDays(-10), true, now.AddDays(-12)),
            Rules(1, "Quy chế thử (mẫu)", VietnamToday(now).AddDays(-60), false, now.AddDays(-60)),
        };
        answers["/api/points/rules"] = new { items = rules };
        answers["/api/points/rules/2"] = rules[1];
        // What is tried and what is published: the version that would be next.
        answers["POST /api/points/rules"] = rules[0];
        answers["/api/points/rules/3"] = rules[0];
        answers["/api/points/rules/acceptances"] = new
        {
            items = new object[]
            {
                new
                {
                    accountId = Author,
                    userName = "bientap",
                    name = "Biên tập mẫu",
                    roles = new[] { "editor", "reviewer" },
                    version = 2,
                    acceptedAt = now.AddDays(-9),
                    clientAddress = "192.0.2.7",
                },
                new
                {
                    accountId = Guid.CreateVersion7(),
                    userName = "canbo",
                    name = "Cán bộ mẫu",
                    roles = new[] { "officer" },
                    version = 2,
                },
            },
            next = "trang-sau",
        };
        People(answers, Author, Member);
        answers["/api/telemetry/points"] = new
        {
            items = new object[]
            {
                new
                {
                    pointId = OnlinePoint,
                    name = "Điểm mẫu Nhà văn hoá",
                    unitCode = "03478",
                    unitName = "Xã Sìn Hồ (mẫu)",
                    online = true,
                    lastContactAt = now.AddMinutes(-3),
                    agentVersion = "0.1.0",
                    showing = 12,
                    lagSeconds = 40,
                    diskFreeBytes = 41_234_567_890,
                },
                new
                {
                    pointId = SilentPoint,
                    name = "Điểm mẫu Bưu điện",
                    unitCode = "03595",
                    unitName = "Xã Than Uyên (mẫu)",
                    online = false,
                    lastContactAt = now.AddDays(-2),
                    agentVersion = "0.1.0",
                    showing = 9,
                    lagSeconds = 190_000,
                    diskFreeBytes = 1_234_567_890,
                },
            },
        };
        answers["/api/telemetry/statistics"] = new
        {
            onlineNow = 1079,
            guests = 1078,
            members = 1,
            total = 3_890_701,
            windowSeconds = 300,
        };

        object[] cases =
        [
            Case(Broken, "incident", "Máy in không in được (mẫu)", "inProgress", "officer", now),
            Case(Handed, "case", HostileTitle, "open", "department", now, overdue: true),
            Case(Mended, "task", "Dán bảng giờ mở cửa (mẫu)", "closed", "commune", now),
        ];
        answers["/api/points/cases"] = new { items = cases[..2], next = "trang-sau" };
        answers[$"/api/points/cases/{Broken}"] = cases[0];
        answers[$"/api/points/cases/{Handed}"] = cases[1];
        answers[$"/api/points/cases/{Mended}"] = cases[2];
        answers["POST /api/points/cases"] = cases[0];
        answers[$"/api/points/cases/{Broken}/steps"] = cases[0];
        answers["/api/points/units/03478"] = new
        {
            unit = new
            {
                code = "03478",
                name = "Sìn Hồ",
                fullName = "Xã Sìn Hồ",
            },
        };

        var today = DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(7)).DateTime);
        var opened = new DateTimeOffset(today.AddDays(-1), new TimeOnly(7, 30), TimeSpan.FromHours(7));
        answers[$"/api/points/{OnlinePoint}/openings"] = new
        {
            items = new object[]
            {
                new
                {
                    id = Opened,
                    pointId = OnlinePoint,
                    openedAt = opened.ToUniversalTime(),
                    closedAt = opened.AddHours(4).ToUniversalTime(),
                    note = "Ghi chú mở cửa mẫu",
                    struck = false,
                    recordedAt = now,
                    by = new { id = Author, name = "Cán bộ mẫu" },
                    corrections = new object[]
                    {
                        new
                        {
                            openedAt = opened.AddHours(1).ToUniversalTime(),
                            closedAt = opened.AddHours(3).ToUniversalTime(),
                            at = now,
                            by = new { id = Author, name = "Quản lý mẫu" },
                        },
                    },
                    version = 2,
                },
            },
        };
        answers[$"/api/points/{OnlinePoint}/openings/summary"] = new
        {
            pointId = OnlinePoint,
            plannedHours = 37.5,
            recordedHours = 31.25,
            variance = -6.25,
            days = new object[]
            {
                new
                {
                    day = today.AddDays(-1),
                    plannedHours = 7.5,
                    recordedHours = 4,
                },
            },
        };
        answers[$"POST /api/points/{OnlinePoint}/openings"] = new { id = Opened };
        answers[$"/api/points/openings/{Opened}"] = new { id = Opened };
        answers[$"/api/points/openings/{Opened}/strike"] = new { id = Opened };
        object[] targets =
        [
            new
            {
                pointId = OnlinePoint,
                pointName = "Điểm mẫu Nhà văn hoá",
                unitName = "Xã Sìn Hồ (mẫu)",
                metric = "openHours",
                period = "2026-11",
                target = 120,
                actual = 31.25,
                variance = -88.75,
                percent = 26.0,
                setAt = now,
                by = new { id = Author, name = "Vận hành mẫu" },
                version = 1,
            },
        ];
        answers["/api/points/targets"] = new { items = targets, next = "trang-sau" };
        // On a point's page there is no next one.
        answers[$"/api/points/targets?point={OnlinePoint}&period={today:yyyy-MM}&limit=500"] = new { items = targets };
        answers[$"/api/points/targets?point={OnlinePoint}&period={today:yyyy}&limit=500"] = new
        {
            items = Array.Empty<object>(),
        };
        answers["/api/points/targets/summary"] = new
        {
            metrics = new object[]
            {
                new
                {
                    metric = "openHours",
                    word = "Giờ mở cửa",
                    unit = "giờ",
                    points = 4,
                    reached = 3,
                    target = 480,
                    actual = 500.5,
                    variance = 20.5,
                    percent = 104.3,
                },
            },
        };
        answers[$"/api/points/{OnlinePoint}/targets"] = new { };
        answers["/api/points/targets/import"] = new { targets = 12, changed = 5 };
        answers["/api/points/export"] = Results.Bytes(
            [80, 75],
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "diem.xlsx"
        );

        object[] courses =
        [
            new
            {
                id = Course,
                name = "Kỹ năng số (mẫu)",
                roles = new[] { "officer" },
                forTeams = true,
                required = true,
                validMonths = 12,
                version = 3,
            },
        ];
        answers["/api/points/training/courses"] = new { items = courses };
        answers["POST /api/points/training/courses"] = courses[0];
        answers[$"/api/points/training/courses/{Course}"] = courses[0];
        object officer = new
        {
            name = "Cán bộ mẫu",
            accountId = Author,
            unitCode = "03478",
            unitName = "Xã Sìn Hồ (mẫu)",
            pointId = OnlinePoint,
            pointName = "Điểm mẫu Nhà văn hoá",
        };
        object volunteer = new
        {
            name = "Người mẫu trong Tổ",
            memberId = Member,
            unitCode = "03478",
            unitName = "Xã Sìn Hồ (mẫu)",
            teamId = Team,
            village = "Bản mẫu",
        };
        object Standing(string standing, string? completedOn, string? until) =>
            new
            {
                courseId = Course,
                course = "Kỹ năng số (mẫu)",
                completedOn,
                until,
                standing,
            };
        answers["/api/points/training/gaps"] = new
        {
            items = new object[]
            {
                new { person = volunteer, course = Standing("missing", null, null) },
                new { person = officer, course = Standing("expired", "2025-01-10", "2026-01-10") },
            },
            next = "trang-sau",
        };
        answers["/api/points/training/gaps/export"] = Results.Bytes([80, 75], "text/csv", "con-thieu.csv");
        answers["/api/points/training/people"] = new
        {
            items = new object[]
            {
                new { person = officer, courses = new[] { Standing("expired", "2025-01-10", "2026-01-10") } },
                new { person = volunteer, courses = Array.Empty<object>() },
            },
        };
        object staff = new
        {
            id = OfStaff,
            courseId = Course,
            course = "Kỹ năng số (mẫu)",
            kind = "staff",
            heldOn = "2026-01-05",
            place = "Điểm mẫu Nhà văn hoá, Xã Sìn Hồ (mẫu)",
            pointId = OnlinePoint,
            unitCode = "03478",
            trainer = "Người dạy mẫu",
            attendances = new object[]
            {
                new
                {
                    accountId = Author,
                    name = "Cán bộ mẫu",
                    completed = true,
                },
            },
        };
        object citizens = new
        {
            id = OfCitizens,
            courseId = Course,
            course = "Kỹ năng số (mẫu)",
            kind = "citizens",
            heldOn = "2026-01-06",
            place = "Xã Sìn Hồ (mẫu)",
            unitCode = "03478",
            trainer = "Người dạy mẫu",
            heads = 25,
            headsByLanguage = new Dictionary<string, int> { ["hmn-Latn-x-vn"] = 18 },
        };
        answers["/api/points/training/sessions"] = new { items = new[] { citizens, staff } };
        answers["POST /api/points/training/sessions"] = citizens;
        answers[$"/api/points/training/sessions/{OfStaff}"] = staff;
        answers[$"/api/points/training/sessions/{OfCitizens}"] = citizens;
        answers[$"/api/points/training/sessions/{OfStaff}/attendance"] = staff;
        answers[$"/api/points/training/sessions/{OfStaff}/attendance/import"] = new { people = 9, completed = 7 };
        object team = new
        {
            id = Team,
            village = "Bản mẫu",
            unitCode = "03478",
            unitName = "Xã Sìn Hồ (mẫu)",
            since = "2025-03-01",
            members = new object[]
            {
                new
                {
                    id = Member,
                    name = "Người mẫu trong Tổ",
                    phone = "0912 345 678",
                    role = "leader",
                    since = "2025-03-01",
                },
            },
            memberships = new object[]
            {
                new
                {
                    unitName = "Xã cũ (mẫu)",
                    from = "2025-03-01",
                    to = "2025-07-01",
                },
                new { unitName = "Xã Sìn Hồ (mẫu)", from = "2025-07-01" },
            },
            version = 6,
        };
        answers["/api/points/teams"] = new { items = new[] { team } };
        answers["POST /api/points/teams"] = team;
        answers[$"/api/points/teams/{Team}"] = team;
        answers[$"/api/points/teams/{Team}/members"] = new { id = Member };
        answers[$"/api/points/teams/members/{Member}"] = new { id = Member };
        answers[$"/api/points/{OnlinePoint}/people"] = new
        {
            staff = new object[]
            {
                new
                {
                    accountId = Author,
                    name = "Cán bộ mẫu",
                    roles = new[] { "officer" },
                },
            },
            teams = new[] { team },
        };

        object act = new
        {
            id = Act,
            number = "01/HD-MAU",
            kind = "HD",
            kindName = "Hướng dẫn",
            issuer = new { id = Office, name = "Sở cũ (mẫu)" },
            date = "2024-09-13",
            title = "Hướng dẫn mẫu về điểm hỗ trợ",
            scope = "Toàn tỉnh (mẫu)",
            inForceTo = "2026-01-01",
            replaces = new { id = OlderAct, number = "99/KH-MAU" },
            replacedBy = new object[] { new { id = OlderAct, number = "02/HD-MAU" } },
            version = 5,
        };
        answers["/api/points/acts"] = new { items = new[] { act }, next = "trang-sau" };
        answers["POST /api/points/acts"] = act;
        answers[$"/api/points/acts/{Act}"] = act;
        answers[$"/api/points?act={Act}&limit=100"] = new { items = points[..1] };
        object office = new
        {
            id = Office,
            kind = "department",
            name = "Sở mới (mẫu)",
            owner = new { id = OlderOffice, name = "Uỷ ban mẫu" },
            active = true,
            names = new object[] { new { name = "Sở cũ (mẫu)" }, new { name = "Sở mới (mẫu)", from = "2025-03-01" } },
            owners = new object[] { new { ownerId = OlderOffice } },
            version = 8,
        };
        object committee = new
        {
            id = OlderOffice,
            kind = "provinceCommittee",
            name = "Uỷ ban mẫu",
            active = true,
            names = new object[] { new { name = "Uỷ ban mẫu" } },
            owners = Array.Empty<object>(),
            version = 1,
        };
        answers["/api/points/organisations"] = new { items = new[] { office, committee } };
        answers["POST /api/points/organisations"] = office;
        answers[$"/api/points/organisations/{Office}"] = office;

        object published = Coverage(
            Published,
            "nong-nghiep/che-shan",
            "Trồng và chăm sóc chè Shan",
            "published",
            now,
            2,
            1,
            0
        );
        object recalled = Coverage(Recalled, "doi-song/tin-cu", "Thông báo mẫu đã lỗi thời", "recalled", now, 2, 0, 1);
        answers["/api/telemetry/coverage"] = new { items = new[] { published, recalled } };
        answers[$"/api/telemetry/coverage/{Published}"] = published;
        answers[$"/api/telemetry/coverage/{Recalled}"] = recalled;

        object[] releases =
        [
            Release(Waiting, "ky-nang/dien-thoai", "Dùng điện thoại thông minh an toàn", "awaitingApproval", now),
            Release(Hostile, "thu-nghiem/xss", HostileTitle, "awaitingApproval", now),
            Release(Published, "nong-nghiep/che-shan", "Trồng và chăm sóc chè Shan", "published", now),
            Release(Recalled, "doi-song/tin-cu", "Thông báo mẫu đã lỗi thời", "recalled", now),
        ];
        answers["/api/catalog/releases"] = new { items = releases };
        answers[$"/api/catalog/releases/{Waiting}"] = releases[0];
        answers[$"/api/catalog/releases/{Hostile}"] = releases[1];
        answers[$"/api/catalog/releases/{Published}"] = releases[2];
        answers[$"/api/catalog/releases/{Recalled}"] = releases[3];
        answers[$"/api/catalog/releases/{Waiting}/approve"] = releases[0];
        answers[$"/api/catalog/releases/{Published}/recall"] = releases[2];
        answers[$"/api/catalog/releases/{Waiting}/files/index.html"] = Results.Text(
            "<h1>Xin chào</h1><script>alert(1)</script>",
            "text/html; charset=utf-8"
        );

        object submitted = Bulletin(Submitted, "submitted", "urgent", now);
        object draft = Bulletin(Draft, "draft", "normal", now);
        answers["/api/bulletins"] = new { items = new[] { submitted, draft } };
        answers[$"/api/bulletins/{Submitted}"] = submitted;
        answers[$"/api/bulletins/{Draft}"] = draft;
        answers[$"/api/bulletins/{Draft}/submit"] = submitted;
        answers[$"/api/bulletins/{Draft}/attachments"] = new
        {
            id = Guid.CreateVersion7(),
            name = "nghe.mp3",
            mediaType = "audio/mpeg",
            size = 3,
        };
    }

    private static object Case(
        Guid id,
        string kind,
        string title,
        string state,
        string assignee,
        DateTimeOffset now,
        bool overdue = false
    ) =>
        new
        {
            id,
            kind,
            title,
            description = "Mô tả mẫu.",
            pointId = SilentPoint,
            pointName = "Điểm mẫu Bưu điện",
            unitCode = "03595",
            unitName = "Xã Than Uyên (mẫu)",
            equipment = "Máy in mẫu",
            priority = overdue ? "urgent" : "normal",
            dueOn = overdue ? "2026-01-05" : null,
            overdue,
            state,
            assignee,
            raisedBy = new { id = Author, name = "Cán bộ mẫu" },
            raisedAt = now.AddHours(-3),
            version = 4,
            steps = new object[]
            {
                new
                {
                    step = "raise",
                    at = now.AddHours(-3),
                    by = new { id = Author, name = "Cán bộ mẫu" },
                    state = "open",
                    assignee = "officer",
                    priority = "normal",
                },
                new
                {
                    step = "heardAgain",
                    at = now.AddHours(-1),
                    comment = "Điểm đã liên lạc lại (mẫu).",
                    state,
                    assignee,
                    priority = "normal",
                    dueOn = "2026-01-05",
                },
            },
        };

    private static object Point(
        Guid id,
        string name,
        string unit,
        string state,
        DateTimeOffset? enrolled,
        DateTimeOffset? silent = null
    ) =>
        new
        {
            id,
            name,
            unitCode = "03478",
            unitName = unit,
            state,
            languages = new[] { "vi", "hmn-Latn-x-vn" },
            feeds = new[] { "tinh" },
            enrolledAt = enrolled,
            silentSince = silent,
            createdAt = TimeProvider.System.GetUtcNow().AddDays(-40),
            link = new
            {
                kind = "mobile",
                monthlyBytes = 5_000_000_000,
                quietHours = new[] { "07:30-17:00" },
            },
            openingHours = new object[]
            {
                new { days = new[] { 1, 2, 3, 4, 5 }, hours = new[] { "07:30-11:30", "13:30-17:00" } },
                new { days = new[] { 7 }, hours = new[] { "08:00-10:00" } },
            },
            equipment = new object[]
            {
                new
                {
                    name = "Máy in mẫu",
                    health = "faulty",
                    count = 2,
                    checkedOn = "2026-01-05",
                },
            },
            tags = new[] { "Bưu điện" },
            notes = "Ghi chú mẫu.",
        };

    private static object History(DateTimeOffset now) =>
        new
        {
            memberships = new object[]
            {
                new
                {
                    unitCode = "03479",
                    unitName = "Xã cũ (mẫu)",
                    from = "2025-01-01",
                    to = "2025-07-01",
                },
                new
                {
                    unitCode = "03478",
                    unitName = "Xã Sìn Hồ (mẫu)",
                    from = "2025-07-01",
                    act = "Nghị quyết mẫu số 01",
                },
            },
            states = new object[]
            {
                new
                {
                    state = "planned",
                    at = now.AddDays(-40),
                    by = new { id = Author, name = "Vận hành mẫu" },
                },
                new { state = "active", at = now.AddDays(-30) },
            },
        };

    private static object Coverage(
        Guid id,
        string package,
        string title,
        string state,
        DateTimeOffset now,
        int expected,
        int showing,
        int mayStillShow
    ) =>
        new
        {
            releaseId = id,
            package,
            version = 3,
            title = new Dictionary<string, string> { ["vi"] = title },
            state,
            publishedAt = now.AddDays(-3),
            recalledAt = state == "recalled" ? now.AddHours(-5) : (DateTimeOffset?)null,
            expected,
            showing,
            percent = 100.0 * showing / expected,
            mayStillShow,
            points = new object[]
            {
                new
                {
                    pointId = OnlinePoint,
                    name = "Điểm mẫu Nhà văn hoá",
                    unitName = "Xã Sìn Hồ (mẫu)",
                    state = state == "recalled" ? "removed" : "showing",
                    since = now.AddDays(-1),
                    lastContactAt = now.AddMinutes(-3),
                },
                new
                {
                    pointId = SilentPoint,
                    name = "Điểm mẫu Bưu điện",
                    unitName = "Xã Than Uyên (mẫu)",
                    state = state == "recalled" ? "mayStillShow" : "pending",
                    since = now.AddDays(-3),
                    lastContactAt = now.AddDays(-2),
                },
            },
        };

    private static object Release(Guid id, string package, string title, string state, DateTimeOffset now) =>
        new
        {
            id,
            package,
            version = 1,
            feed = "tinh",
            kind = "package",
            state,
            title = new Dictionary<string, string> { ["vi"] = title, ["hmn-Latn-x-vn"] = "Tiêu đề mẫu tiếng Mông" },
            summary = new Dictionary<string, string> { ["vi"] = "Tóm tắt mẫu cho bà con." },
            category = "digital-skills",
            priority = "priority",
            languages = new[] { "vi", "hmn-Latn-x-vn" },
            size = 12_345_678,
            files = new object[]
            {
                new
                {
                    path = "index.html",
                    size = 4321,
                    sha256 = "00",
                    mediaType = "text/html",
                    language = "vi",
                },
                new
                {
                    path = "anh/buoc 1.png",
                    size = 54_321,
                    sha256 = "00",
                    mediaType = "image/png",
                    alt = "Hình mẫu bước một",
                },
                new
                {
                    path = "nghe.hmn.mp3",
                    size = 3_954_321,
                    sha256 = "00",
                    mediaType = "audio/mpeg",
                    language = "hmn-Latn-x-vn",
                },
            },
            author = new { id = Author, name = "Biên tập mẫu" },
            createdAt = now.AddHours(-2),
            publishedAt = state is "published" or "recalled" ? now.AddDays(-3) : (DateTimeOffset?)null,
            recalledAt = state == "recalled" ? now.AddHours(-5) : (DateTimeOffset?)null,
            recallReason = state == "recalled" ? "Số liệu mẫu không còn đúng" : null,
        };

    private static void People(ConcurrentDictionary<string, object> answers, Guid account, Guid member)
    {
        answers[$"/api/points/people/{account}/export"] = Export(
            "points",
            account,
            new
            {
                accounts = new object[]
                {
                    new
                    {
                        id = account,
                        userName = "bientap",
                        name = "Biên tập mẫu",
                    },
                },
                cases = new[] { new { id = Broken }, new { id = Handed } },
            }
        );
        answers[$"/api/points/people/{member}/export"] = Export(
            "points",
            member,
            new
            {
                team_members = new object[]
                {
                    new
                    {
                        id = member,
                        name = "Người mẫu trong Tổ",
                        phone = "0912345678",
                    },
                },
            }
        );
        foreach (var id in new[] { account, member })
        {
            answers[$"/api/bulletins/people/{id}/export"] = Export(
                "bulletins",
                id,
                new { bulletin = new[] { new { createdById = id } } }
            );
            answers[$"/api/catalog/people/{id}/export"] = Export("catalog", id, new { });
            answers[$"/api/telemetry/people/{id}/export"] = Export("telemetry", id, new { });
            foreach (var dryRun in new[] { true, false })
            {
                answers[$"/api/points/people/{id}/erasure{(dryRun ? "?dryRun=true" : "")}"] = Erasure(id, dryRun);
            }
        }
    }

    private static object Export(string service, Guid id, object rows) =>
        new
        {
            service,
            ids = new[] { id },
            rows,
            trail = new[] { new { no = 7 } },
        };

    private static object Erasure(Guid id, bool dryRun) =>
        new
        {
            dryRun,
            accountId = id,
            memberIds = Array.Empty<Guid>(),
            erased = new[]
            {
                new { where = "accounts", rows = 1 },
                new { where = "cases.raised_by_name", rows = 2 },
                new { where = "audit_personal_parts", rows = 1234 },
            },
            elsewhere = new[] { "Dịch vụ bản tin (bulletins): tên người viết, người duyệt bản tin." },
            kept = new[] { "Mã của người ấy, trong lịch sử và nhật ký kiểm toán." },
            mentions = new[] { new { where = "case_steps.comment", rows = 1 } },
        };

    private static DateOnly VietnamToday(DateTimeOffset now) =>
        DateOnly.FromDateTime(now.ToOffset(TimeSpan.FromHours(7)).DateTime);

    private static object Rules(int version, string title, DateOnly from, bool inForce, DateTimeOffset at) =>
        new
        {
            version,
            title,
            text = "Điều 1. Không cho ai mượn <mật khẩu> (mẫu).\nĐiều 2. Chỉ đăng nội dung đã được duyệt (mẫu).",
            textSha256 = "ab3f0c1f2e9d8b7a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b",
            inForceFrom = from,
            inForce,
            act = new { id = Act, number = "01/HD-MAU" },
            publishedAt = at,
            publishedById = Author,
            acceptedAt = inForce ? at : (DateTimeOffset?)null,
        };

    private static object Bulletin(Guid id, string state, string priority, DateTimeOffset now) =>
        new
        {
            id,
            slug = "phong-ret",
            state,
            revision = 1,
            category = "smart-farming",
            level = "local",
            priority,
            author = "Biên tập mẫu",
            office = "Cơ quan mẫu",
            texts = new object[]
            {
                new
                {
                    language = "vi",
                    title = "Phòng rét cho gia súc",
                    lead = "Đêm nay trời rét, bà con che chắn chuồng trại.",
                    body = "## Việc cần làm\n- Che chuồng\n- Cho uống nước ấm\n\n![Chuồng](chuong.png) [bấm](javascript:alert(1)) <iframe src=x></iframe>",
                },
                new
                {
                    language = "hmn-Latn-x-vn",
                    title = "Tiêu đề mẫu tiếng Mông",
                    lead = "Mở đầu mẫu.",
                    body = "Thân bài mẫu.",
                },
            },
            attachments = new object[]
            {
                new
                {
                    id = Guid.CreateVersion7(),
                    name = "nghe.hmn.mp3",
                    mediaType = "audio/mpeg",
                    language = "hmn-Latn-x-vn",
                    caption = "Bản đọc mẫu",
                    size = 812_345,
                    sha256 = "00",
                },
                new
                {
                    id = Picture,
                    name = "chuong.png",
                    mediaType = "image/png",
                    caption = "Chuồng mẫu",
                    size = 120,
                    sha256 = "00",
                },
            },
            createdBy = new { id = Author, name = "Biên tập mẫu" },
            createdAt = now.AddHours(-1),
        };
}
