//! A plan that has one of everything, on which texts are tried.

use simpul_kernel::Timestamp;
use time::Date;
use uuid::Uuid;

use super::{BookFacts, ProgrammeText};
use crate::model::body::{Body, BodyKind, Member};
use crate::model::commitment::{Commitment, CommitmentState, DocumentKind, Terms};
use crate::model::framework::{Framework, Term, TermKind};
use crate::model::programme::PlanState;
use crate::model::{Counting, Indicator, Masterplan, Programme, ProgrammeKind};

fn term(kind: TermKind, code: &str, parent: &str) -> Term {
    let name = code.to_owned();
    Term { kind, code: code.to_owned(), parent: parent.to_owned(), name_id: name.clone(), name_en: name }
}

fn programme(kind: ProgrammeKind) -> ProgrammeText {
    ProgrammeText {
        programme: Programme {
            dimension: "a".to_owned(),
            years: (2026, 2026),
            ..Programme::new(Uuid::nil(), Uuid::nil(), kind)
        },
        owner: "A".to_owned(),
        parties: Vec::new(),
        texts: Vec::new(),
        indicators: vec![indicator()],
        targets: Vec::new(),
        budget: Vec::new(),
    }
}

fn indicator() -> Indicator {
    Indicator { counting: Counting::Positive, ..Indicator::new(Uuid::nil(), "", "") }
}

fn plan() -> Masterplan {
    let text = String::new;
    Masterplan {
        id: Uuid::nil(),
        framework: Uuid::nil(),
        name: text(),
        edition: text(),
        legal_basis: text(),
        vision: text(),
        years: (2026, 2026),
        state: PlanState::InForce,
        replaces: None,
        version: 1,
    }
}

fn body() -> (Body, Vec<Member>) {
    let text = String::new;
    let member = Member {
        id: Uuid::nil(),
        body: Uuid::nil(),
        name: text(),
        post: text(),
        organisation: text(),
        agency: None,
        outside: true,
    };
    let body = Body {
        id: Uuid::nil(),
        kind: BodyKind::Council,
        name: text(),
        decree_number: text(),
        decree_day: None,
        duty_months: 0,
        active: true,
        version: 1,
    };
    (body, vec![member])
}

fn commitment() -> Commitment {
    let text = String::new;
    Commitment {
        id: Uuid::nil(),
        year: 2026,
        serial: 1,
        terms: Terms {
            title: text(),
            agency: None,
            party: text(),
            promise: text(),
            value: None,
            due: Timestamp(0),
            document: DocumentKind::Nothing,
            document_number: text(),
            from: None,
            until: None,
        },
        programme: None,
        edition: 1,
        state: CommitmentState::Draft,
        late: None,
        met: None,
        closing: text(),
        token: text(),
        version: 1,
    }
}

/// Its facts.
pub(super) fn facts() -> BookFacts {
    BookFacts {
        region: String::new(),
        plan: plan(),
        framework: Framework {
            id: Uuid::nil(),
            code: String::new(),
            name: String::new(),
            source: String::new(),
            terms: vec![term(TermKind::Dimension, "a", ""), term(TermKind::Subdimension, "b", "a")],
        },
        strategies: Vec::new(),
        programmes: vec![programme(ProgrammeKind::Programme), programme(ProgrammeKind::QuickWin)],
        bodies: vec![body()],
        commitments: vec![(commitment(), Date::MIN)],
        today: Date::MIN,
    }
}
