//! What an officer may do with a report, what it is called, and when it is offered.

use simpul_kernel::Actor;
use simpul_people::Permission;

use crate::model::template::TemplateStep;
use crate::model::{Level, Report, Status, public};

/// Something that an officer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Terima
    Accept,
    /// Verifikasi
    Verify,
    /// Serahkan ke perangkat daerah
    Assign,
    /// Disposisi di dalam perangkat daerah
    Direct,
    /// Bukan kewenangan kami
    HandBack,
    /// Mulai dikerjakan
    Start,
    /// Beri kabar ke pelapor
    Note,
    /// Catatan dalam
    InternalNote,
    /// Rencanakan
    Plan,
    /// Selesai
    Resolve,
    /// Tidak dapat ditindaklanjuti
    Reject,
    /// Teruskan ke badan lain
    SendElsewhere,
    /// Gabungkan
    Merge,
    /// Pisahkan lagi
    Unmerge,
    /// Sembunyikan dari publik
    Hide,
    /// Tampilkan lagi
    Unhide,
    /// Tanya pelapor atau tunda
    Pause,
    /// Lanjutkan
    Resume,
    /// Ingatkan
    Remind,
    /// Naikkan
    Escalate,
}

impl Deed {
    /// Every deed, in the order in which pages offer them.
    pub const ALL: [Deed; 20] = [
        Deed::Accept,
        Deed::Verify,
        Deed::Assign,
        Deed::Start,
        Deed::Resolve,
        Deed::Resume,
        Deed::Note,
        Deed::Pause,
        Deed::Direct,
        Deed::HandBack,
        Deed::SendElsewhere,
        Deed::Plan,
        Deed::Reject,
        Deed::Merge,
        Deed::Unmerge,
        Deed::InternalNote,
        Deed::Remind,
        Deed::Escalate,
        Deed::Hide,
        Deed::Unhide,
    ];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Deed::Accept => "terima",
            Deed::Verify => "verifikasi",
            Deed::Assign => "serahkan",
            Deed::Direct => "disposisi",
            Deed::HandBack => "kembalikan",
            Deed::Start => "mulai",
            Deed::Note => "kabar",
            Deed::InternalNote => "catatan",
            Deed::Plan => "rencana",
            Deed::Resolve => "selesai",
            Deed::Reject => "tolak",
            Deed::SendElsewhere => "teruskan",
            Deed::Merge => "gabung",
            Deed::Unmerge => "pisah",
            Deed::Hide => "sembunyikan",
            Deed::Unhide => "tampilkan",
            Deed::Pause => "tunda",
            Deed::Resume => "lanjutkan",
            Deed::Remind => "ingatkan",
            Deed::Escalate => "naikkan",
        }
    }

    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Deed::Accept => "report.deed.accept",
            Deed::Verify => "report.deed.verify",
            Deed::Assign => "report.deed.assign",
            Deed::Direct => "report.deed.direct",
            Deed::HandBack => "report.deed.hand_back",
            Deed::Start => "report.deed.start",
            Deed::Note => "report.deed.note",
            Deed::InternalNote => "report.deed.internal_note",
            Deed::Plan => "report.deed.plan",
            Deed::Resolve => "report.deed.resolve",
            Deed::Reject => "report.deed.reject",
            Deed::SendElsewhere => "report.deed.send_elsewhere",
            Deed::Merge => "report.deed.merge",
            Deed::Unmerge => "report.deed.unmerge",
            Deed::Hide => "report.deed.hide",
            Deed::Unhide => "report.deed.unhide",
            Deed::Pause => "report.pause.deed",
            Deed::Resume => "report.pause.resume",
            Deed::Remind => "report.remind.deed",
            Deed::Escalate => "report.escalate.deed",
        }
    }

    /// Catalogue key of what is said when it is done.
    pub fn done_key(self) -> &'static str {
        match self {
            Deed::Accept => "report.flash.accepted",
            Deed::Verify => "report.flash.verified",
            Deed::Assign => "report.flash.assigned",
            Deed::Direct => "report.flash.directed",
            Deed::HandBack => "report.flash.handed_back",
            Deed::Start => "report.flash.started",
            Deed::Note | Deed::InternalNote => "report.flash.noted",
            Deed::Plan => "report.flash.planned",
            Deed::Resolve => "report.flash.resolved",
            Deed::Reject => "report.flash.rejected",
            Deed::SendElsewhere => "report.flash.sent_elsewhere",
            Deed::Merge => "report.flash.merged",
            Deed::Unmerge => "report.flash.unmerged",
            Deed::Hide => "report.flash.hidden",
            Deed::Unhide => "report.flash.shown",
            Deed::Pause => "report.pause.flash_paused",
            Deed::Resume => "report.pause.flash_resumed",
            Deed::Remind => "report.remind.flash",
            Deed::Escalate => "report.escalate.flash",
        }
    }

    /// Whether one tap is enough.
    pub fn is_direct(self) -> bool {
        matches!(self, Deed::Accept | Deed::Unmerge | Deed::Unhide | Deed::Resume | Deed::Remind)
    }

    /// What one must be allowed to do it.
    pub fn permission(self) -> Permission {
        match self {
            Deed::Verify | Deed::Reject | Deed::Merge | Deed::Unmerge => Permission::VerifyReports,
            Deed::Assign => Permission::AssignReports,
            Deed::InternalNote => Permission::SeeInbox,
            Deed::Hide | Deed::Unhide => Permission::HideReports,
            Deed::Remind => Permission::RemindAgencies,
            Deed::Escalate => Permission::EscalateReports,
            _ => Permission::WorkReports,
        }
    }

    /// Whether the report as it stands lets it be done.
    pub fn fits(self, report: &Report) -> bool {
        let waits_too = [Deed::Resume, Deed::Note, Deed::InternalNote, Deed::Direct, Deed::Hide, Deed::Unhide];
        if report.is_paused() && !waits_too.contains(&self) {
            return false;
        }
        let status = report.status();
        let taken = matches!(status, Status::Assigned | Status::InProgress);
        let untaken = matches!(status, Status::New | Status::Verified);
        match self {
            Deed::Accept => untaken && report.agency.is_some(),
            Deed::Verify => status == Status::New,
            Deed::Assign => status == Status::Verified,
            Deed::Direct => taken,
            Deed::HandBack => {
                let may_go = !report.secret || report.wish;
                (untaken || status == Status::Assigned) && report.agency.is_some() && may_go
            }
            Deed::Start => matches!(status, Status::Assigned | Status::Planned),
            Deed::Note => status.is_open(),
            Deed::InternalNote => true,
            Deed::Plan => taken,
            Deed::Resolve => status == Status::InProgress,
            Deed::Reject | Deed::Merge => untaken,
            Deed::SendElsewhere => untaken || status == Status::Assigned,
            Deed::Unmerge => status == Status::Merged,
            Deed::Hide => !report.hidden && !report.secret,
            Deed::Unhide => report.hidden,
            Deed::Pause => report.may_pause(),
            Deed::Resume => report.is_paused(),
            Deed::Remind => report.due_at().is_some() && report.agency.is_some(),
            Deed::Escalate => report.due_at().is_some() && report.level < Level::Secretary,
        }
    }

    /// The step whose templates its page offers, and the field that they fill.
    pub fn template(self) -> Option<(TemplateStep, &'static str)> {
        Some(match self {
            Deed::Start => (TemplateStep::Start, "note"),
            Deed::Note => (TemplateStep::Note, "text"),
            Deed::Pause => (TemplateStep::Pause, "text"),
            Deed::Resolve => (TemplateStep::Resolve, "text"),
            Deed::Plan => (TemplateStep::Plan, "reason"),
            Deed::Reject => (TemplateStep::Reject, "text"),
            Deed::SendElsewhere => (TemplateStep::SendElsewhere, "text"),
            _ => return None,
        })
    }

    /// Whether the actor may do it with this report.
    pub fn allowed(self, actor: &Actor, report: &Report) -> bool {
        public::covers(actor, self.permission(), report.agency)
            || (matches!(self, Deed::Verify | Deed::Reject)
                && public::covers(actor, Permission::VerifyOwnReports, report.agency))
            || (matches!(self, Deed::SendElsewhere | Deed::Pause | Deed::Resume)
                && public::covers(actor, Permission::VerifyReports, report.agency))
            || (self == Deed::Note && public::covers(actor, Permission::VerifyReports, report.agency))
    }

    /// What the actor may do now: the next steps, and the rest.
    pub fn offered(actor: &Actor, report: &Report) -> (Vec<Deed>, Vec<Deed>) {
        let offered = Deed::ALL.into_iter().filter(|deed| deed.fits(report) && deed.allowed(actor, report));
        offered.partition(|deed| {
            matches!(
                deed,
                Deed::Accept
                    | Deed::Verify
                    | Deed::Assign
                    | Deed::Start
                    | Deed::Resolve
                    | Deed::Resume
                    | Deed::Note
                    | Deed::Unmerge
            )
        })
    }

    /// The deed of that word.
    pub fn parse(name: &str) -> Option<Deed> {
        Deed::ALL.into_iter().find(|deed| deed.name() == name)
    }
}
