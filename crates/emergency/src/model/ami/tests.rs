//! Transcripts of a switch, cut anywhere, and what they mean.

use proptest::prelude::*;

use super::frame::{Frame, Reader};
use super::*;
use crate::model::cti::{LineState, hear};

const TRANSCRIPTS: [&str; 9] = [
    include_str!("../../../tests/ami/queue_answered.txt"),
    include_str!("../../../tests/ami/ring_group.txt"),
    include_str!("../../../tests/ami/queue_abandoned.txt"),
    include_str!("../../../tests/ami/ring_group_nobody.txt"),
    include_str!("../../../tests/ami/ring_group_left.txt"),
    include_str!("../../../tests/ami/blind_transfer.txt"),
    include_str!("../../../tests/ami/attended_transfer.txt"),
    include_str!("../../../tests/ami/other_number.txt"),
    include_str!("../../../tests/ami/blind_transfer_nobody.txt"),
];

fn rules() -> Rules {
    Rules { numbers: vec!["112".to_owned()], contexts: vec!["from-112".to_owned()], queues: Vec::new() }
}

/// As the switch sends it.
fn wire(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn frames(text: &str) -> Vec<Frame> {
    Reader::default().take(&wire(text)).unwrap()
}

fn play(board: &mut Board, text: &str) -> Vec<Told> {
    frames(text).iter().flat_map(|frame| board.hear(frame, Timestamp(0))).collect()
}

fn events(text: &str) -> Vec<CtiEvent> {
    play(&mut Board::new(rules()), text).into_iter().map(|told| told.event).collect()
}

fn kinds(text: &str) -> Vec<(CtiKind, Option<String>)> {
    events(text).into_iter().map(|event| (event.kind, event.agent)).collect()
}

fn by(extension: &str) -> Option<String> {
    Some(extension.to_owned())
}

#[test]
fn a_call_that_a_queue_gives_to_the_second_taker_has_its_times_and_its_hold() {
    let told = play(&mut Board::new(rules()), TRANSCRIPTS[0]);
    assert!(told.iter().all(|told| told.call_id == "1795306200.16"));
    let events: Vec<CtiEvent> = told.into_iter().map(|told| told.event).collect();
    let heard = hear(&events).unwrap();
    assert_eq!((heard.state, heard.agent.as_deref()), (LineState::Over, Some("201")));
    assert_eq!(heard.caller_number.as_deref(), Some("081234567890"));
    assert_eq!((heard.called_number.as_deref(), heard.queue.as_deref()), (Some("112"), Some("darurat")));
    assert_eq!(heard.started, Timestamp(1_795_306_200_100_000));
    assert_eq!(heard.answered, Some(Timestamp(1_795_306_207_100_000)));
    assert_eq!((heard.ended, heard.held_micros), (Some(Timestamp(1_795_306_300_100_000)), 30_000_000));
    assert_eq!(events.last().unwrap().reason.as_deref(), Some("caller"));
}

#[test]
fn of_a_ring_group_the_one_who_stands_in_the_caller_s_bridge_has_answered() {
    let kinds = kinds(TRANSCRIPTS[1]);
    assert_eq!(kinds, [(CtiKind::Ringing, None), (CtiKind::Answered, by("202")), (CtiKind::Ended, None)]);
    assert!(hear(&events(TRANSCRIPTS[1])).unwrap().caller_number.is_none(), "anonymous is no number");
}

#[test]
fn who_leaves_is_told_from_whom_nobody_answered() {
    assert_eq!(hear(&events(TRANSCRIPTS[2])).unwrap().state, LineState::Abandoned);
    assert_eq!(hear(&events(TRANSCRIPTS[3])).unwrap().state, LineState::Missed);
    assert_eq!(hear(&events(TRANSCRIPTS[4])).unwrap().state, LineState::Abandoned);
}

#[test]
fn a_call_that_is_passed_on_belongs_to_whom_it_was_passed() {
    for (text, taker, takes_over, words) in [(TRANSCRIPTS[5], "201", "203", 2), (TRANSCRIPTS[6], "201", "204", 1)] {
        let kinds: Vec<_> = kinds(text).into_iter().filter(|(kind, _)| *kind != CtiKind::Held).collect();
        let mut wanted = vec![(CtiKind::Ringing, None), (CtiKind::Answered, by(taker))];
        // Passed on blindly it is told twice: as it is passed, and as it is picked up.
        wanted.extend(std::iter::repeat_n((CtiKind::Transferred, by(takes_over)), words));
        wanted.push((CtiKind::Ended, None));
        assert_eq!(kinds, wanted);
        assert_eq!(hear(&events(text)).unwrap().agent, by(takes_over));
    }
    assert_eq!(hear(&events(TRANSCRIPTS[6])).unwrap().held_micros, 20_000_000, "until it was handed over");
}

#[test]
fn who_is_passed_on_to_nobody_waits_and_talks_with_nobody() {
    let text = TRANSCRIPTS[8];
    let (before, _) = text.split_at(text.find("Event: Hangup\nTimestamp: 1795307450").unwrap());
    let waits = hear(&events(before)).unwrap();
    assert_eq!((waits.state, waits.agent), (LineState::OnHold, by("201")), "nobody has picked up");
    let over = hear(&events(text)).unwrap();
    assert_eq!((over.state, over.held_micros), (LineState::Over, 32_000_000), "from the hold to the end");
    // Whoever picks up by a channel that bears no extension has picked up all the same.
    let mut board = Board::new(rules());
    play(&mut board, before);
    let outside = "Event: BridgeEnter\nBridgeUniqueid: 9f02\nBridgeTechnology: simple_bridge\nChannel: keluar\n\
        Uniqueid: 1795307430.1\nLinkedid: 1795307400.160\n\nEvent: BridgeEnter\nBridgeUniqueid: 9f02\n\
        BridgeTechnology: simple_bridge\nChannel: PJSIP/telkom-000000a0\nUniqueid: 1795307400.160\n\
        Linkedid: 1795307400.160\n\n";
    let told: Vec<_> = play(&mut board, outside).into_iter().map(|told| (told.event.kind, told.event.agent)).collect();
    assert_eq!(told, [(CtiKind::Transferred, None)]);
}

#[test]
fn calls_to_other_numbers_and_from_the_house_are_none_of_ours() {
    assert!(events(TRANSCRIPTS[7]).is_empty());
    let queue = Rules { queues: vec!["darurat".to_owned()], ..Rules::default() };
    let told = play(&mut Board::new(queue), TRANSCRIPTS[0]);
    assert_eq!(told.first().unwrap().event.kind, CtiKind::Ringing, "a call may count by its queue alone");
    assert!(!Rules::default().takes("112", "from-112"), "nothing named, nothing taken");
}

#[test]
fn a_supervisor_who_listens_in_takes_nothing_over_and_who_is_parked_talks_with_nobody() {
    let mut board = Board::new(rules());
    let (taken, _) = TRANSCRIPTS[1].split_at(TRANSCRIPTS[1].find("Event: Hangup\nTimestamp: 1795306460").unwrap());
    play(&mut board, taken);
    let third = "Event: BridgeEnter\nBridgeUniqueid: 8c11\nBridgeTechnology: simple_bridge\n\
        Channel: PJSIP/299-00000099\nUniqueid: 9.9\nLinkedid: 9.9\n\n";
    assert!(play(&mut board, third).is_empty());
    let mut board = Board::new(rules());
    let parked = TRANSCRIPTS[1].replace("simple_bridge", "holding_bridge");
    let kinds: Vec<CtiKind> = play(&mut board, &parked).into_iter().map(|told| told.event.kind).collect();
    assert!(!kinds.contains(&CtiKind::Answered));
}

#[test]
fn after_a_gap_what_the_switch_does_not_list_is_over_and_what_it_lists_goes_on() {
    let mut board = Board::new(rules());
    let gone = "old.1".to_owned();
    board.begin_list(&[gone.clone(), "1795306400.32".to_owned()]);
    let talking = "Event: CoreShowChannel\nChannel: PJSIP/telkom-00000020\nUniqueid: 1795306400.32\n\
        Linkedid: 1795306400.32\nBridgeId: 8c11\n\nEvent: CoreShowChannel\nChannel: PJSIP/202-00000022\n\
        Uniqueid: 1795306400.34\nLinkedid: 1795306400.32\nBridgeId: 8c11\n\nEvent: CoreShowChannel\n\
        Channel: PJSIP/telkom-00000090\nCallerIDNum: 0821\nContext: from-112\nExten: 112\nUniqueid: 7.1\n\
        Linkedid: 7.1\n\n";
    let told = play(&mut board, talking);
    let kinds: Vec<_> = told.iter().map(|told| (told.call_id.as_str(), told.event.kind)).collect();
    assert_eq!(kinds, [("1795306400.32", CtiKind::Answered), ("7.1", CtiKind::Ringing)]);
    let ended = board.end_list(Timestamp(5));
    assert_eq!(ended.len(), 1);
    assert_eq!((ended[0].call_id.as_str(), ended[0].event.reason.as_deref()), (gone.as_str(), Some("lost")));
    let (_, end) = TRANSCRIPTS[1].split_at(TRANSCRIPTS[1].find("Event: Hangup\nTimestamp: 1795306460").unwrap());
    assert_eq!(play(&mut board, end).last().unwrap().event.kind, CtiKind::Ended);
}

#[test]
fn a_switch_that_never_tells_of_an_end_does_not_fill_the_memory() {
    let mut board = Board::new(rules());
    for serial in 0..CALLS_MAX_COUNT + 50 {
        let text =
            format!("Event: Newchannel\nContext: from-112\nExten: 112\nUniqueid: {serial}\nLinkedid: {serial}\n\n");
        play(&mut board, &text);
    }
    assert_eq!(board.lines.len(), CALLS_MAX_COUNT);
}

#[test]
fn channels_and_members_are_read_for_their_extension() {
    for (channel, extension) in [
        ("PJSIP/201-0000002a", "201"),
        ("Local/201@from-queue-00000001;1", "201"),
        ("SIP/meja-depan-0000002a", "meja-depan"),
    ] {
        assert_eq!(extension_of(channel).as_deref(), Some(extension));
    }
    assert_eq!(extension_of_interface("Local/201@from-queue/n").as_deref(), Some("201"));
    assert_eq!(extension_of_interface("PJSIP/meja-2").as_deref(), Some("meja-2"));
    assert_eq!(timestamp("1795306200.1"), Some(Timestamp(1_795_306_200_100_000)));
    assert!(timestamp("").is_none() && timestamp("kemarin").is_none() && timestamp("1.-5").is_none());
}

#[test]
fn a_line_s_name_is_what_an_address_can_hold() {
    assert_eq!(trunk_name(" utama-2 ").unwrap(), "utama-2");
    for wrong in ["", "Utama", "a/b", &"a".repeat(TRUNK_MAX_BYTES + 1)] {
        assert_eq!(trunk_name(wrong).unwrap_err().field, Some("trunk"), "{wrong}");
    }
}

proptest! {
    #[test]
    fn a_transcript_that_is_cut_anywhere_tells_the_same(
        which in 0..TRANSCRIPTS.len(),
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let bytes = wire(TRANSCRIPTS[which]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.sort_unstable();
        let (mut reader, mut board, mut told, mut from) = (Reader::default(), Board::new(rules()), Vec::new(), 0);
        for cut in cuts.into_iter().chain([bytes.len()]) {
            for frame in reader.take(&bytes[from..cut]).unwrap() {
                told.extend(board.hear(&frame, Timestamp(0)));
            }
            from = cut;
        }
        prop_assert_eq!(told, play(&mut Board::new(rules()), TRANSCRIPTS[which]));
    }

    #[test]
    fn transcripts_that_run_into_each_other_tell_the_same_of_each_call(
        order in proptest::collection::vec(0..7usize, 60..300),
    ) {
        let mut waiting: Vec<_> = TRANSCRIPTS[..7].iter().map(|text| frames(text).into_iter()).collect();
        let (mut board, mut told) = (Board::new(rules()), Vec::new());
        for which in order.into_iter().chain((0..7).flat_map(|which| std::iter::repeat_n(which, 50))) {
            if let Some(frame) = waiting[which].next() {
                told.extend(board.hear(&frame, Timestamp(0)));
            }
        }
        for text in &TRANSCRIPTS[..7] {
            let alone = play(&mut Board::new(rules()), text);
            let together: Vec<Told> =
                told.iter().filter(|one| one.call_id == alone[0].call_id).cloned().collect();
            prop_assert_eq!(together, alone);
        }
    }
}
