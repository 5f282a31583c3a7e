namespace LaiChau.OpsConsole.Shell;

/// <summary>What the API's words are called on the page. A word not known here is shown as it came.</summary>
internal static class Words
{
    public static readonly IReadOnlyList<KeyValuePair<string, string>> Categories =
    [
        new("basic-it", "Kiến thức cơ bản về CNTT"),
        new("digital-skills", "Kỹ năng số trong cuộc sống"),
        new("local-economy", "Kinh tế - xã hội địa phương"),
        new("national-economy", "Kinh tế - xã hội cả nước"),
        new("security-defence", "An ninh, quốc phòng"),
        new("party-state-policy", "Chủ trương của Đảng, chính sách của Nhà nước"),
        new("digital-transformation", "Chuyển đổi số"),
        new("technology-production", "Công nghệ trong sản xuất"),
        new("e-commerce", "Thương mại điện tử"),
        new("smart-farming", "Nông nghiệp thông minh"),
        new("foreign-affairs", "Đối ngoại và quốc tế"),
        new("public-services", "Dịch vụ công trực tuyến"),
        new("daily-life", "Đời sống hằng ngày"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Languages =
    [
        new("vi", "Tiếng Việt"),
        new("twh-Tavt", "Thái Trắng"),
        new("blt-Tavt", "Thái Đen"),
        new("hmn-Latn-x-vn", "Mông (chữ Mông Việt Nam)"),
        new("hmn-Latn-x-rpa", "Mông (chữ quốc tế RPA)"),
        new("ium-Latn", "Dao (Iu Miền)"),
        new("mji", "Dao (Kim Mùn)"),
        new("hni", "Hà Nhì"),
        new("lhu", "La Hủ"),
        new("khb", "Lự"),
        new("pcc", "Giáy"),
        new("lo-Laoo", "Lào"),
        new("kjg", "Khơ Mú"),
        new("kjm", "Kháng"),
        new("zng", "Mảng"),
        new("cnc", "Cống"),
        new("slt", "Si La"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Priorities =
    [
        new("normal", "Thông thường"),
        new("priority", "Ưu tiên"),
        new("urgent", "Khẩn cấp"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Levels =
    [
        new("local", "Địa phương"),
        new("national", "Cả nước"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Roles =
    [
        new("admin", "Quản trị viên"),
        new("editor", "Biên tập viên"),
        new("reviewer", "Người duyệt"),
        new("ops", "Vận hành"),
        new("commune", "Xã, phường"),
        new("manager", "Quản lý điểm"),
        new("officer", "Cán bộ vận hành điểm"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> ReleaseStates =
    [
        new("awaitingApproval", "Chờ phê duyệt"),
        new("publishing", "Đang phát hành"),
        new("published", "Đã phát hành"),
        new("superseded", "Đã có bản mới hơn"),
        new("recalling", "Đang thu hồi"),
        new("recalled", "Đã thu hồi"),
        new("rejected", "Bị từ chối"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> BulletinStates =
    [
        new("draft", "Bản nháp"),
        new("submitted", "Chờ duyệt"),
        new("approved", "Đã duyệt"),
        new("published", "Đã phát hành"),
        new("withdrawn", "Đã thu hồi"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> PointStates =
    [
        new("planned", "Dự kiến"),
        new("active", "Hoạt động"),
        new("suspended", "Tạm dừng"),
        new("closed", "Đã đóng"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Links =
    [
        new("fibre", "Cáp quang"),
        new("copper", "Cáp đồng"),
        new("mobile", "Di động"),
        new("satellite", "Vệ tinh"),
        new("other", "Khác"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Healths =
    [
        new("good", "Tốt"),
        new("faulty", "Có lỗi"),
        new("broken", "Hỏng"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> ActKinds =
    [
        new("Luật", "Luật"),
        new("PL", "Pháp lệnh"),
        new("NQ", "Nghị quyết"),
        new("NĐ", "Nghị định"),
        new("QĐ", "Quyết định"),
        new("CT", "Chỉ thị"),
        new("TT", "Thông tư"),
        new("TTLT", "Thông tư liên tịch"),
        new("KH", "Kế hoạch"),
        new("CTr", "Chương trình"),
        new("ĐA", "Đề án"),
        new("HD", "Hướng dẫn"),
        new("KL", "Kết luận"),
        new("TB", "Thông báo"),
        new("CV", "Công văn"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> OrganisationKinds =
    [
        new("central", "Cơ quan trung ương"),
        new("ministry", "Bộ, ngành"),
        new("department", "Sở, ban, ngành của tỉnh"),
        new("provinceCommittee", "Uỷ ban nhân dân tỉnh"),
        new("communeCommittee", "Uỷ ban nhân dân xã, phường"),
        new("newspaper", "Báo"),
        new("station", "Đài phát thanh, truyền hình"),
        new("partner", "Đối tác"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> SessionKinds =
    [
        new("staff", "Cán bộ, Tổ công nghệ số"),
        new("citizens", "Người dân"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> TeamRoles =
    [
        new("leader", "Tổ trưởng"),
        new("member", "Thành viên"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Metrics =
    [
        new("openHours", "Giờ mở cửa"),
        new("openings", "Số lần mở cửa"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> CaseKinds =
    [
        new("incident", "Sự cố"),
        new("task", "Việc cần làm"),
        new("case", "Vụ việc"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> CaseStates =
    [
        new("open", "Chưa tiếp nhận"),
        new("reopened", "Mở lại"),
        new("accepted", "Đã tiếp nhận"),
        new("inProgress", "Đang xử lý"),
        new("resolved", "Đã xử lý xong"),
        new("closed", "Đã đóng"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> CasePriorities =
    [
        new("low", "Thấp"),
        new("normal", "Bình thường"),
        new("high", "Cao"),
        new("urgent", "Khẩn cấp"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> Assignees =
    [
        new("officer", "Cán bộ của điểm"),
        new("team", "Tổ công nghệ số cộng đồng"),
        new("commune", "Xã, phường"),
        new("department", "Sở"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> CaseSteps =
    [
        new("raise", "Báo"),
        new("accept", "Tiếp nhận"),
        new("start", "Bắt đầu xử lý"),
        new("resolve", "Báo đã xử lý xong"),
        new("close", "Đóng"),
        new("reopen", "Mở lại"),
        new("assign", "Chuyển"),
        new("plan", "Đổi ưu tiên, hạn"),
        new("comment", "Ghi ý kiến"),
        new("heardAgain", "Điểm liên lạc lại"),
    ];

    public static readonly IReadOnlyList<KeyValuePair<string, string>> PersonalParts =
    [
        new("points", "Tài khoản, điểm, nhân lực"),
        new("bulletins", "Bản tin"),
        new("catalog", "Kho nội dung"),
        new("telemetry", "Theo dõi và thống kê"),
    ];

    /// <summary>Tables in which a person stands.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string>> PersonalPlaces =
    [
        new("account_keys", "Khoá đăng nhập"),
        new("accounts", "Tài khoản"),
        new("acts", "Văn bản"),
        new("attachment", "Tệp đính kèm bản tin"),
        new("attendances", "Điểm danh tập huấn"),
        new("audit_entries", "Nhật ký kiểm toán"),
        new("audit_personal_parts", "Nhật ký kiểm toán, phần cá nhân"),
        new("bulletin", "Bản tin"),
        new("case_steps", "Các bước xử lý việc"),
        new("cases", "Việc và sự cố"),
        new("courses", "Khoá học"),
        new("enrolment_codes", "Mã ghi danh"),
        new("oidc_authorizations", "Phiên đăng nhập"),
        new("oidc_tokens", "Phiên đăng nhập"),
        new("opening_corrections", "Lần sửa giờ mở cửa"),
        new("openings", "Lần mở cửa"),
        new("organisations", "Cơ quan"),
        new("packages", "Gói nội dung"),
        new("password_resets", "Mã đặt lại mật khẩu"),
        new("point_states", "Trạng thái của điểm"),
        new("points", "Điểm hỗ trợ"),
        new("recovery_codes", "Mã khôi phục"),
        new("refused_reports", "Mục ghi tại điểm không được nhận"),
        new("releases", "Bản phát hành"),
        new("remembered_answers", "Câu trả lời giữ tạm"),
        new("revocations", "Phiên đã thu hồi"),
        new("rules", "Quy chế"),
        new("rules_acceptances", "Chấp nhận quy chế"),
        new("targets", "Chỉ tiêu"),
        new("team_members", "Thành viên Tổ công nghệ số"),
        new("teams", "Tổ công nghệ số"),
        new("training_sessions", "Buổi tập huấn"),
        new("unit_merges", "Sáp nhập đơn vị"),
    ];

    public static string In(IReadOnlyList<KeyValuePair<string, string>> words, string? word)
    {
        foreach (var (key, label) in words)
        {
            if (key == word)
            {
                return label;
            }
        }
        return word ?? "—";
    }

    /// <param name="where">A table, or one of its columns.</param>
    public static string PersonalPlace(string where) => In(PersonalPlaces, where.Split('.')[0]);

    /// <summary>Of a metric's numbers.</summary>
    public static string UnitOf(string metric) =>
        metric switch
        {
            "openHours" => "giờ",
            "openings" => "lần",
            _ => "",
        };

    public static string Category(string? word) => In(Categories, word);

    public static string Language(string? tag) => tag is "vi-VN" ? Language("vi") : In(Languages, tag);

    public static string LanguagesOf(IEnumerable<string> tags) => string.Join(", ", tags.Select(Language));

    /// <summary>The words for a state, and how good or bad it is to look at.</summary>
    public static (string Label, string Tone, string Icon) ReleaseState(string? state) =>
        (In(ReleaseStates, state), Tone(state), IconOf(state));

    public static (string Label, string Tone, string Icon) BulletinState(string? state) =>
        (In(BulletinStates, state), Tone(state), IconOf(state));

    public static (string Label, string Tone, string Icon) CaseState(string? state) =>
        state switch
        {
            "open" or "reopened" => (In(CaseStates, state), "bad", "alert"),
            "accepted" or "inProgress" => (In(CaseStates, state), "wait", "clock"),
            "resolved" => (In(CaseStates, state), "good", "check"),
            _ => (In(CaseStates, state), "calm", "lock"),
        };

    private static string Tone(string? state) =>
        state switch
        {
            "published" => "good",
            "awaitingApproval" or "submitted" or "publishing" or "approved" => "wait",
            "recalling" or "recalled" or "withdrawn" or "rejected" => "bad",
            _ => "calm",
        };

    private static string IconOf(string? state) =>
        state switch
        {
            "published" => "check",
            "awaitingApproval" or "submitted" or "publishing" or "approved" => "clock",
            "recalling" or "recalled" or "withdrawn" => "undo",
            "rejected" => "cross",
            "draft" => "pen",
            _ => "dot",
        };
}
