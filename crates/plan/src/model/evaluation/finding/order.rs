//! Whether quick wins follow the masterplan: each belongs to one of its programmes, and they are presented in the order
//! of its dimensions. What evaluators found elsewhere was that documents of dimensions and programmes do not join up.

use super::{Facts, Finding, ProgrammeFacts};
use crate::model::programme::{ProgrammeKind, ProgrammeState};

/// The quick wins that are presented this year, in the order of their codes.
fn presented(facts: &Facts) -> Vec<&ProgrammeFacts> {
    let of_year = |one: &&ProgrammeFacts| one.years.0 <= facts.year && facts.year <= one.years.1;
    let quick_wins = facts.programmes.iter().filter(|one| one.kind == ProgrammeKind::QuickWin).filter(of_year);
    let mut presented: Vec<_> = quick_wins.filter(|one| one.state != ProgrammeState::Stopped).collect();
    presented.sort_by(|one, other| one.code.cmp(&other.code));
    presented
}

/// What does not follow the masterplan.
pub(super) fn found(facts: &Facts) -> Vec<Finding> {
    let presented = presented(facts);
    let path = |one: &ProgrammeFacts| format!("/rencana/{}", one.code);
    let mut found = Vec::new();
    for one in presented.iter().filter(|one| !one.has_parent) {
        found.push(Finding::new("plan.evaluation.finding.no_parent", path(one)).with("name", &one.name));
    }
    let place = |one: &ProgrammeFacts| facts.dimensions.iter().position(|(code, _)| *code == one.dimension);
    let back = presented.windows(2).find(|pair| place(pair[1]) < place(pair[0]));
    if let Some([before, after]) = back {
        let finding = Finding::new("plan.evaluation.finding.order", path(after)).with("name", &after.name);
        found.push(finding.with("before", &before.name));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{clean, only, quick_win};
    use super::*;
    use crate::model::programme::ASPECTS_COUNT;

    fn one(code: usize, dimension: &str) -> ProgrammeFacts {
        let whole = quick_win(ProgrammeState::Running, "", ASPECTS_COUNT);
        ProgrammeFacts { code: format!("QW-2026-{code:02}"), dimension: dimension.into(), ..whole }
    }

    #[test]
    fn quick_wins_that_step_back_in_the_masterplans_order_are_told() {
        let backwards = vec![one(2, "branding"), one(1, "living")];
        assert_eq!(only(|facts| facts.programmes = backwards), "order");
        let mut facts = clean();
        facts.programmes = vec![one(2, "living"), one(1, "branding"), one(3, "living")];
        assert_eq!(found(&facts), [], "the codes are the order, not the list");
        let stopped = ProgrammeFacts { state: ProgrammeState::Stopped, ..one(4, "branding") };
        facts.programmes.push(ProgrammeFacts { state_reason: "Digabung".into(), ..stopped });
        assert_eq!(found(&facts), [], "what is stopped is not presented");
    }

    #[test]
    fn a_quick_win_of_no_programme_does_not_join_up() {
        let alone = ProgrammeFacts { has_parent: false, ..one(1, "living") };
        assert_eq!(only(|facts| facts.programmes = vec![alone]), "no_parent");
    }

    proptest! {
        #[test]
        fn the_order_is_kept_exactly_where_dimensions_are_sorted(places in prop::collection::vec(0usize..4, 0..12)) {
            let names = ["a", "b", "c", "d"];
            let mut facts = clean();
            facts.dimensions = names.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect();
            facts.programmes = places.iter().enumerate().map(|(at, place)| one(at, names[*place])).collect();
            prop_assert_eq!(found(&facts).is_empty(), places.is_sorted());
        }
    }
}
