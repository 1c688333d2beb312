//! The letter "belum melapor" as offices know it: a nota dinas, filled from a template that a region edits. Papers of
//! the government are in Indonesian, whatever the officer reads.

use simpul_kernel::format::{self, Lang};
use simpul_kernel::{Refusal, Timestamp};
use simpul_office::letter::template::{Data, Template, TemplateFault};
use simpul_office::letter::{Block, Letter, Letterhead, Paper, Signature};
use simpul_people::{AgencyKind, Snapshot};

use crate::model::Period;
use crate::model::notice::{Notice, NoticeForm};

/// What stands where a value is empty.
const GAP: &str = "………";

/// A letter with all that it says.
pub struct Pack<'a> {
    /// The region with its agencies.
    pub place: &'a Snapshot,
    /// The letter.
    pub notice: &'a Notice,
    /// The period.
    pub period: &'a Period,
    /// What letters look like.
    pub form: &'a NoticeForm,
    /// What marks a sample.
    pub mark: Option<String>,
}

impl Pack<'_> {
    fn day(&self, at: Timestamp) -> String {
        format::day_medium(Lang::Id, self.place.region.zone.date(at))
    }

    fn agency(&self) -> String {
        self.place.agency(self.notice.agency).map(|agency| agency.name.clone()).unwrap_or_default()
    }

    fn head(&self) -> Block {
        let office = self.place.agencies.iter().find(|agency| agency.kind == AgencyKind::Sekretariat && agency.active);
        let region = format!("Pemerintah {}", self.place.region.full_name()).to_uppercase();
        let agency = office.map_or_else(|| "SEKRETARIAT DAERAH".to_owned(), |agency| agency.name.to_uppercase());
        let address = office.map(|agency| agency.contact.clone()).filter(|contact| !contact.is_empty());
        Block::Letterhead(Letterhead { logo: None, region, agency, address: address.into_iter().collect() })
    }

    fn locks_at(&self) -> Timestamp {
        self.notice.locks_at.unwrap_or(self.period.locks_at)
    }

    /// What is asked for: a report, or first that the period be opened again. The lock falls at the end of a day.
    fn request(&self) -> String {
        let last = self.day(self.locks_at().plus_micros(-1));
        match self.notice.at < self.locks_at() {
            true => {
                format!("Mohon laporan disampaikan paling lambat {last}. Setelah itu laporan tidak dapat dikirim lagi.")
            }
            false => format!(
                "Periode ini terkunci sejak {last}. Mohon menghubungi sekretariat Smart City agar dibuka kembali, lalu \
                 menyampaikan laporan."
            ),
        }
    }

    fn facts(&self) -> Block {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        Block::Fields(vec![
            pair("Kepada", format!("Yth. Kepala {}", self.agency())),
            pair("Dari", self.form.signer_post.clone()),
            pair("Tanggal", self.day(self.notice.at)),
            pair("Nomor", self.notice.number.clone()),
            pair("Sifat", "Penting".to_owned()),
            pair("Hal", format!("Laporan kemajuan {} belum disampaikan", self.period.name)),
        ])
    }

    fn signature(&self) -> Block {
        let nip = (!self.form.signer_nip.is_empty()).then(|| format!("NIP {}", self.form.signer_nip));
        let rank = (!self.form.signer_rank.is_empty()).then(|| self.form.signer_rank.clone());
        Block::Signatures(vec![Signature {
            before: format!("{}, {}", self.place.region.name, self.day(self.notice.at)),
            office: self.form.signer_post.clone(),
            name: self.form.signer_name.clone(),
            under: rank.into_iter().chain(nip).collect(),
        }])
    }

    fn data(&self) -> Data {
        let programme = |(code, name): &(String, String)| Data::default().value("kode", code).value("nama", name);
        Data::default()
            .value("nomor", &self.notice.number)
            .value("tanggal", self.day(self.notice.at))
            .value("daerah", self.place.region.full_name())
            .value("perangkat", self.agency())
            .value("periode", &self.period.name)
            .value("batas", self.day(self.period.due_at))
            .value("terkunci", self.day(self.locks_at()))
            .value("permintaan", self.request())
            .value("jumlah", self.notice.missing.len().to_string())
            .value("jabatan", &self.form.signer_post)
            .value("penanda_tangan", &self.form.signer_name)
            .list("program", self.notice.missing.iter().map(programme).collect())
            .part("kop", vec![self.head()])
            .part("judul", vec![Block::Title { text: "NOTA DINAS".to_owned(), under: String::new() }])
            .part("kepala", vec![self.facts()])
            .part("tanda_tangan", vec![self.signature()])
    }

    /// The paper.
    ///
    /// # Errors
    /// Every mistake of the template.
    pub fn letter(&self) -> Result<Letter, Vec<TemplateFault>> {
        let blocks = Template::parse(&self.form.body)?.fill(&self.data(), GAP)?;
        Ok(Letter {
            title: format!("Nota dinas {}", self.notice.number),
            lang: Lang::Id,
            made_at: self.notice.at,
            paper: Paper::Upright,
            mark: self.mark.clone(),
            footer: format!("Simpul · {}", self.notice.number),
            blocks,
        })
    }
}

/// What a template may name, with nothing in it: enough to find what nothing fills.
fn sample() -> Data {
    const VALUES: [&str; 11] = [
        "nomor",
        "tanggal",
        "daerah",
        "perangkat",
        "periode",
        "batas",
        "terkunci",
        "permintaan",
        "jumlah",
        "jabatan",
        "penanda_tangan",
    ];
    const PARTS: [&str; 4] = ["kop", "judul", "kepala", "tanda_tangan"];
    let one = Data::default().value("kode", "").value("nama", "");
    let data = VALUES.into_iter().fold(Data::default(), |data, name| data.value(name, ""));
    PARTS.into_iter().fold(data, |data, name| data.part(name, Vec::new())).list("program", vec![one])
}

/// Every mistake of a template, each with its line.
pub fn check_template(body: &str) -> Vec<Refusal> {
    let faults = match Template::parse(body) {
        Ok(template) => template.fill(&sample(), GAP).err().unwrap_or_default(),
        Err(faults) => faults,
    };
    faults.iter().map(|fault| Refusal { field: Some("body"), ..fault.refusal() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::notice::TEMPLATE;

    #[test]
    fn the_houses_own_template_is_whole() {
        assert_eq!(check_template(TEMPLATE), []);
    }

    #[test]
    fn every_mistake_of_a_template_is_told_with_its_line() {
        let wrong = check_template("{{*kop}}\n{{siapa}}\n{{#program}}\n- {{nama}} {{warna}}\n{{/program}}");
        let lines: Vec<String> = wrong.iter().map(|why| why.to_string()).collect();
        assert_eq!(wrong.len(), 2, "{lines:?}");
        assert!(lines[0].contains("line=2") && lines[1].contains("line=4"), "{lines:?}");
        assert_eq!(check_template("{{#program}}\nA").len(), 1);
    }
}
