//! The papers of a coordination meeting as offices know them: invitation, attendance list, minutes, documentation.
//! Papers of the government are in Indonesian, whatever the officer reads.

use simpul_kernel::Timestamp;
use simpul_kernel::format::{self, Lang};
use simpul_office::letter::{Block, Letter, Letterhead, Paper, Signature};
use simpul_office::{Cell, Column, Picture};
use simpul_people::{AgencyKind, Snapshot};

use crate::model::body::Member;
use crate::model::item::Item;
use crate::model::meeting::{Decision, Guest, Meeting, Point, Signer, SignerPart, shown_digest};

/// Empty rows of a list that is printed before the meeting.
const BLANK_ROWS_COUNT: usize = 30;
/// Room for a signature by hand, in millimetres.
const SIGNATURE_ROW_MM: u16 = 9;

/// One of the papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Undangan.
    Invitation,
    /// Daftar hadir.
    Attendance,
    /// Notula.
    Minutes,
    /// Dokumentasi.
    Documentation,
}

impl Kind {
    /// Every paper, in the order in which they are made.
    pub const ALL: [Kind; 4] = [Kind::Invitation, Kind::Attendance, Kind::Minutes, Kind::Documentation];

    /// The name in addresses and of the file.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invitation => "undangan",
            Kind::Attendance => "daftar-hadir",
            Kind::Minutes => "notula",
            Kind::Documentation => "dokumentasi",
        }
    }

    /// The one of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Invitation => "plan.meeting.paper.invitation",
            Kind::Attendance => "plan.meeting.paper.attendance",
            Kind::Minutes => "plan.meeting.paper.minutes",
            Kind::Documentation => "plan.meeting.paper.documentation",
        }
    }
}

/// A meeting with all that its papers say.
pub struct Pack<'a> {
    /// The region with its agencies.
    pub place: &'a Snapshot,
    /// The meeting.
    pub meeting: &'a Meeting,
    /// What the body is called that meets; empty for a meeting of all.
    pub body: String,
    /// Who sits in it.
    pub members: Vec<Member>,
    /// What is talked about.
    pub agenda: Vec<Point>,
    /// Who was there.
    pub guests: Vec<Guest>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// What is to be done.
    pub items: Vec<Item>,
    /// Who signs.
    pub signers: Vec<Signer>,
    /// Photos with what they show.
    pub photos: Vec<(Picture, String)>,
    /// Where the final minutes are verified.
    pub address: String,
    /// What marks a sample.
    pub mark: Option<String>,
    /// When the paper is made.
    pub now: Timestamp,
}

/// The letterhead of the region's secretariat.
pub(crate) fn letterhead(place: &Snapshot) -> Block {
    let office = place.agencies.iter().find(|agency| agency.kind == AgencyKind::Sekretariat && agency.active);
    let region = format!("Pemerintah {}", place.region.full_name()).to_uppercase();
    let agency = office.map(|agency| agency.name.to_uppercase()).unwrap_or_default();
    let address = office.map(|agency| agency.contact.clone()).filter(|contact| !contact.is_empty());
    Block::Letterhead(Letterhead { logo: None, region, agency, address: address.into_iter().collect() })
}

impl Pack<'_> {
    fn signer(&self, part: SignerPart) -> Option<&Signer> {
        self.signers.iter().find(|signer| signer.part == part)
    }

    /// What a paper still lacks, as keys of the catalogue: a letter without number or signatory is none.
    pub fn lacks(&self, kind: Kind) -> Vec<&'static str> {
        let unsigned = |part: SignerPart| self.signer(part).is_none().then(|| part.key());
        let number = self.meeting.number.is_empty().then_some("plan.meeting.number");
        match kind {
            Kind::Invitation => number.into_iter().chain(unsigned(SignerPart::Inviter)).collect(),
            Kind::Attendance => unsigned(SignerPart::NoteTaker).into_iter().collect(),
            Kind::Minutes => {
                let unwritten = self.meeting.minutes.is_empty().then_some("plan.meeting.minutes");
                let signers = [SignerPart::Chair, SignerPart::NoteTaker].into_iter().filter_map(unsigned);
                unwritten.into_iter().chain(signers).collect()
            }
            Kind::Documentation => self.photos.is_empty().then_some("plan.meeting.paper.photos").into_iter().collect(),
        }
    }

    fn day(&self, at: Timestamp) -> String {
        format::day_medium(Lang::Id, self.place.region.zone.date(at))
    }

    fn head(&self) -> Block {
        letterhead(self.place)
    }

    fn facts(&self) -> Block {
        let zone = self.place.region.zone;
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut rows = vec![
            pair("Hari, tanggal", format::date_long(Lang::Id, zone, self.meeting.starts)),
            pair("Pukul", format::time(Lang::Id, zone, self.meeting.starts)),
            pair("Tempat", self.meeting.venue.clone()),
            pair("Acara", self.meeting.title.clone()),
        ];
        if !self.body.is_empty() {
            rows.push(pair("Peserta", self.body.clone()));
        }
        Block::Fields(rows)
    }

    fn signature(&self, part: SignerPart, office: &str, before: String) -> Signature {
        let Some(signer) = self.signer(part) else {
            return Signature { before, office: office.to_owned(), ..Signature::default() };
        };
        let nip = (!signer.nip.is_empty()).then(|| format!("NIP {}", signer.nip));
        // An invitation bears the post of who invites; minutes bear the part that somebody had.
        let under = match part {
            SignerPart::Inviter => nip.into_iter().collect(),
            _ => [Some(signer.post.clone()), nip].into_iter().flatten().collect(),
        };
        let office = if part == SignerPart::Inviter { signer.post.clone() } else { office.to_owned() };
        Signature { before, office, name: signer.name.clone(), under }
    }

    fn place_and_date(&self, at: Timestamp) -> String {
        format!("{}, {}", self.place.region.name, self.day(at))
    }

    /// Who is invited: the members of the body that meets; where all meet, the heads of the agencies.
    fn invited(&self) -> Vec<String> {
        if !self.members.is_empty() {
            let name = |member: &Member| format!("{} ({})", member.name, member.organisation);
            return self.members.iter().map(name).collect();
        }
        let own = self.place.active_agencies().filter(|agency| !agency.outside);
        own.map(|agency| format!("Pimpinan {}", agency.name)).collect()
    }

    fn agenda(&self) -> Vec<String> {
        self.agenda.iter().map(|point| point.body.clone()).collect()
    }

    fn invitation(&self) -> Vec<Block> {
        let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut blocks = vec![
            self.head(),
            Block::Reference {
                rows: vec![
                    row("Nomor", &self.meeting.number),
                    row("Sifat", "Penting"),
                    row("Lampiran", "1 (satu) lembar"),
                    row("Hal", "Undangan rapat"),
                ],
                place_and_date: self.place_and_date(self.meeting.called),
            },
            Block::Addressee(vec!["Yth. (daftar terlampir)".to_owned(), "di Tempat".to_owned()]),
            Block::words(
                "Dengan hormat, kami mengundang Bapak/Ibu untuk hadir pada rapat yang akan dilaksanakan pada:",
            ),
            self.facts(),
        ];
        let agenda = self.agenda();
        if !agenda.is_empty() {
            blocks.extend([Block::words("Hal yang akan dibahas:"), Block::Numbered(agenda)]);
        }
        blocks.push(Block::words("Demikian undangan ini, atas kehadiran Bapak/Ibu kami ucapkan terima kasih."));
        blocks.push(Block::Signatures(vec![self.signature(SignerPart::Inviter, "", String::new())]));
        blocks.push(Block::PageBreak);
        let under = format!("Nomor {}", self.meeting.number);
        blocks.push(Block::Title { text: "LAMPIRAN: DAFTAR UNDANGAN".to_owned(), under });
        blocks.push(Block::Numbered(self.invited()));
        blocks
    }

    fn attendance(&self) -> Vec<Block> {
        let column = |name: &str, share| Column { name: name.to_owned(), share, right: false };
        let columns = vec![
            column("No.", 1),
            column("Nama", 5),
            column("Jabatan", 4),
            column("Instansi", 5),
            column("Tanda tangan", 4),
        ];
        let filled = self.guests.iter().map(|guest| [&guest.name, &guest.post, &guest.organisation].map(Clone::clone));
        let blank = std::iter::repeat_n([String::new(), String::new(), String::new()], BLANK_ROWS_COUNT);
        let people: Vec<[String; 3]> = if self.guests.is_empty() { blank.collect() } else { filled.collect() };
        let row = |(at, words): (usize, [String; 3])| {
            let number = std::iter::once((at + 1).to_string());
            number.chain(words).chain([String::new()]).map(Cell::text).collect()
        };
        vec![
            self.head(),
            Block::Title { text: "DAFTAR HADIR".to_owned(), under: self.meeting.title.clone() },
            self.facts(),
            Block::Table {
                columns,
                rows: people.into_iter().enumerate().map(row).collect(),
                row_height_mm: SIGNATURE_ROW_MM,
            },
            Block::Signatures(vec![self.signature(SignerPart::NoteTaker, "Notulis", String::new())]),
        ]
    }

    /// Decisions with what they ask for, a line for each task.
    fn decided(&self) -> Block {
        let column = |name: &str, share| Column { name: name.to_owned(), share, right: false };
        let columns = vec![
            column("No.", 1),
            column("Keputusan", 5),
            column("Tindak lanjut", 5),
            column("Penanggung jawab", 3),
            column("Batas", 3),
        ];
        let mut rows = Vec::new();
        for (at, decision) in self.decisions.iter().enumerate() {
            let first = [(at + 1).to_string(), decision.body.clone()];
            let own: Vec<&Item> = self.items.iter().filter(|item| item.decision == decision.id).collect();
            if own.is_empty() {
                rows.push(first.clone().into_iter().map(Cell::text).collect());
            }
            for (place, item) in own.into_iter().enumerate() {
                let [number, words] = if place == 0 { first.clone() } else { [String::new(), String::new()] };
                let owner = self.place.agency(item.agency).map(|agency| agency.short.clone()).unwrap_or_default();
                let task = format!("{} {}", item.shown(), item.body);
                let cells = [number, words, task, owner, self.day(item.due)];
                rows.push(cells.into_iter().map(Cell::text).collect());
            }
        }
        Block::Table { columns, rows, row_height_mm: 0 }
    }

    fn minutes(&self) -> Vec<Block> {
        let number = (!self.meeting.number.is_empty()).then(|| format!("Undangan nomor {}", self.meeting.number));
        let mut blocks = vec![
            self.head(),
            Block::Title { text: "NOTULA RAPAT".to_owned(), under: number.unwrap_or_default() },
            self.facts(),
            Block::Fields(vec![("Hadir".to_owned(), format!("{} orang (daftar terlampir)", self.guests.len()))]),
        ];
        let agenda = self.agenda();
        if !agenda.is_empty() {
            blocks.extend([Block::heading(2, "Agenda"), Block::Numbered(agenda)]);
        }
        blocks.push(Block::heading(2, "Jalannya rapat"));
        blocks.extend(self.meeting.minutes.split('\n').filter(|line| !line.trim().is_empty()).map(Block::words));
        if !self.decisions.is_empty() {
            blocks.extend([Block::heading(2, "Keputusan dan tindak lanjut"), self.decided()]);
        }
        let at = self.place_and_date(self.meeting.final_at.unwrap_or(self.now));
        blocks.push(Block::Signatures(vec![
            self.signature(SignerPart::Chair, "Pimpinan rapat", at),
            self.signature(SignerPart::NoteTaker, "Notulis", String::new()),
        ]));
        if let Some(digest) = self.meeting.digest {
            let words = format!("Sidik notula (SHA-256): {}. Keasliannya diperiksa di", shown_digest(&digest));
            blocks.push(Block::words(format!("{words} {}", self.address)));
        }
        blocks
    }

    fn documentation(&self) -> Vec<Block> {
        let mut blocks = vec![
            self.head(),
            Block::Title { text: "DOKUMENTASI".to_owned(), under: self.meeting.title.clone() },
            self.facts(),
        ];
        let photo = |(picture, caption): &(Picture, String)| Block::Photo {
            picture: picture.clone(),
            caption: caption.clone(),
        };
        blocks.extend(self.photos.iter().map(photo));
        blocks
    }

    /// The paper.
    pub fn letter(&self, kind: Kind) -> Letter {
        let blocks = match kind {
            Kind::Invitation => self.invitation(),
            Kind::Attendance => self.attendance(),
            Kind::Minutes => self.minutes(),
            Kind::Documentation => self.documentation(),
        };
        Letter {
            title: format!("{} {}", kind.name(), self.meeting.shown()),
            lang: Lang::Id,
            made_at: self.now,
            paper: Paper::Upright,
            mark: self.mark.clone(),
            footer: format!("Simpul · {}", self.meeting.shown()),
            blocks,
        }
    }
}
