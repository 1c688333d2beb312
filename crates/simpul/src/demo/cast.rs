//! Who works in the demo: invented names, one account for every role.

use simpul_kernel::Role;

/// The password of all demo accounts. They exist only in a directory that `demo` has made.
pub const PASSWORD: &str = "contoh-simpul-2026";

/// One account of the demo.
pub struct Member {
    /// For signing in.
    pub email: &'static str,
    /// An invented name.
    pub name: &'static str,
    /// What they do.
    pub role: Role,
    /// Their agency's short name; none for the whole region.
    pub agency: Option<&'static str>,
}

/// An account as the lists are written.
pub(super) const fn member(
    email: &'static str,
    name: &'static str,
    role: Role,
    agency: Option<&'static str>,
) -> Member {
    Member { email, name, role, agency }
}

/// The accounts that the start and the sign-in page show: every role once.
pub const CAST: &[Member] = &[
    member("admin@contoh.simpul", "Andi Rahmat Contoh", Role::RegionAdmin, Some("Dinas Kominfo SP")),
    member("koordinator@contoh.simpul", "Sitti Hajar Contoh", Role::ReportCoordinator, Some("Dinas Kominfo SP")),
    member("dishub@contoh.simpul", "Baso Lamadu Contoh", Role::AgencyOfficer, Some("Dishub")),
    member("kadishub@contoh.simpul", "Hasnah Patta Contoh", Role::AgencyHead, Some("Dishub")),
    member("lapangan@contoh.simpul", "Ambo Dalle Contoh", Role::FieldOfficer, Some("Dishub")),
    member("pimpinan@contoh.simpul", "Pimpinan Contoh", Role::Leader, None),
    member("sekda@contoh.simpul", "Sekda Contoh", Role::RegionSecretary, None),
    member("inspektorat@contoh.simpul", "Nurlina Saleh Contoh", Role::Auditor, Some("Inspektorat")),
    member("perencana@contoh.simpul", "Yusuf Tandi Contoh", Role::Planner, Some("Bapperida")),
    member("penerima112@contoh.simpul", "Rina Tappi Contoh", Role::CallTaker, None),
    member("pengarah112@contoh.simpul", "Daud Lolo Contoh", Role::Dispatcher, None),
    member("supervisor112@contoh.simpul", "Marthen Salu Contoh", Role::Supervisor, None),
    member("jaga@contoh.simpul", "Haeruddin Contoh", Role::DutyOfficer, None),
    member("sekretariat@contoh.simpul", "Widya Rante Contoh", Role::Secretariat, None),
    member("asesor@contoh.simpul", "Lukman Hakim Contoh", Role::Assessor, None),
    member("evaluator@contoh.simpul", "Evaluator Contoh", Role::Evaluator, None),
    member("mitra@contoh.simpul", "Mitra Contoh", Role::Partner, Some("PMI")),
    member("pu@contoh.simpul", "Irwan Bua Contoh", Role::AgencyOfficer, Some("DPUTRPKP2")),
    member("kapu@contoh.simpul", "Ruslan Malangke Contoh", Role::AgencyHead, Some("DPUTRPKP2")),
    member("dlh@contoh.simpul", "Kasmawati Contoh", Role::AgencyOfficer, Some("DLH")),
    member("pdam@contoh.simpul", "Firman Noling Contoh", Role::AgencyOfficer, Some("PDAM Tirta Bukae")),
    member("satpol@contoh.simpul", "Jumardi Contoh", Role::AgencyOfficer, Some("Satpol PP Damkar")),
    member("camat@contoh.simpul", "Halim Baebunta Contoh", Role::AgencyOfficer, Some("Kec. Masamba")),
];

/// First and last names for the officers of the other agencies and for citizens who left theirs.
pub const FIRST: &[&str] =
    &["Abdul", "Sitti", "Andi", "Nur", "Hasan", "Ratna", "Yakob", "Maria", "Ilham", "Fatma", "Rusdi", "Melki", "Wahyu"];
/// Last names.
pub const LAST: &[&str] =
    &["Rongko", "Balease", "Mappi", "Tolada", "Sabbang", "Salulemo", "Bungadidi", "Pattima", "Cenning", "Uraso"];
