//! Disposisi: what a superior hands down inside an agency, step by step: to whom, what to do, until when.

use simpul_kernel::Timestamp;
use uuid::Uuid;

/// The usual instructions of a lembar disposisi, which a superior ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Untuk ditindaklanjuti
    Act,
    /// Periksa ke lapangan
    Inspect,
    /// Pelajari dan beri saran
    Study,
    /// Koordinasikan dengan pihak terkait
    Coordinate,
    /// Siapkan jawaban
    Draft,
    /// Wakili atau hadiri
    Attend,
    /// Laporkan hasilnya
    ReportBack,
    /// Untuk diketahui
    Know,
}

impl Order {
    /// Every instruction, in the order of the sheet.
    pub const ALL: [Order; 8] = [
        Order::Act,
        Order::Inspect,
        Order::Study,
        Order::Coordinate,
        Order::Draft,
        Order::Attend,
        Order::ReportBack,
        Order::Know,
    ];

    /// The code in tables and forms.
    pub fn name(self) -> &'static str {
        match self {
            Order::Act => "act",
            Order::Inspect => "inspect",
            Order::Study => "study",
            Order::Coordinate => "coordinate",
            Order::Draft => "draft",
            Order::Attend => "attend",
            Order::ReportBack => "report_back",
            Order::Know => "know",
        }
    }

    /// The instruction of that code.
    pub fn parse(name: &str) -> Option<Order> {
        Order::ALL.into_iter().find(|order| order.name() == name)
    }

    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Order::Act => "report.disposition.act",
            Order::Inspect => "report.disposition.inspect",
            Order::Study => "report.disposition.study",
            Order::Coordinate => "report.disposition.coordinate",
            Order::Draft => "report.disposition.draft",
            Order::Attend => "report.disposition.attend",
            Order::ReportBack => "report.disposition.report_back",
            Order::Know => "report.disposition.know",
        }
    }

    /// Codes as tables keep them.
    pub fn join(orders: &[Order]) -> String {
        orders.iter().map(|order| order.name()).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Order::join`] wrote; what is unknown is left out.
    pub fn split(text: &str) -> Vec<Order> {
        text.split(' ').filter_map(Order::parse).collect()
    }
}

/// One step down.
#[derive(Debug, Clone, PartialEq)]
pub struct Disposition {
    /// Id.
    pub id: Uuid,
    /// Of which report.
    pub report: Uuid,
    /// In which agency.
    pub agency: Uuid,
    /// Who gave it; `None` for a program.
    pub from: Option<Uuid>,
    /// Who has it.
    pub to: Uuid,
    /// What was ticked.
    pub orders: Vec<Order>,
    /// The giver's own words; only staff read them.
    pub instruction: Option<String>,
    /// Until when; never after the citizen's deadline.
    pub due: Option<Timestamp>,
    /// When it was given.
    pub given: Timestamp,
    /// When the one who has it said that it is done.
    pub done: Option<Timestamp>,
    /// What was said to it.
    pub done_note: Option<String>,
}

impl Disposition {
    /// Whether its day has passed and it is not done.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.done.is_none() && self.due.is_some_and(|due| due < now)
    }

    /// Whether this officer may say that it is done: who has it, or who gave it.
    pub fn may_finish(&self, officer: Option<Uuid>) -> bool {
        self.done.is_none() && officer.is_some() && (officer == Some(self.to) || officer == self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_reads_back_from_its_code() {
        assert_eq!(Order::split(&Order::join(&Order::ALL)), Order::ALL);
        assert_eq!(Order::split("act dance know"), [Order::Act, Order::Know]);
        assert!(Order::split("").is_empty());
    }

    #[test]
    fn only_who_has_it_or_gave_it_says_that_it_is_done() {
        let (kabid, staff, other) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let step = Disposition {
            id: Uuid::from_u128(9),
            report: Uuid::from_u128(8),
            agency: Uuid::from_u128(7),
            from: Some(kabid),
            to: staff,
            orders: vec![Order::Act],
            instruction: None,
            due: Some(Timestamp(10)),
            given: Timestamp(1),
            done: None,
            done_note: None,
        };
        assert!(step.may_finish(Some(staff)) && step.may_finish(Some(kabid)));
        assert!(!step.may_finish(Some(other)) && !step.may_finish(None));
        assert!(step.is_late(Timestamp(11)) && !step.is_late(Timestamp(10)));
        let done = Disposition { done: Some(Timestamp(5)), ..step };
        assert!(!done.may_finish(Some(staff)) && !done.is_late(Timestamp(11)));
    }
}
