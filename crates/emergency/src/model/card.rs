//! The question card (*protokol*) of a type: what a taker asks, what the answers mean for type and priority, and what
//! the caller is told to do. A card proposes and never holds anything up: place and type are enough to send somebody.
//!
//! A card is written line by line, so that a supervisor may change it without a programmer:
//!
//! ```text
//! ! Keluar dari rumah sekarang. Jangan kembali untuk mengambil barang.
//! = 60 P1
//! ? api Apakah api terlihat?
//! - Ya, besar | 60
//! - Asap saja | 20 | ke orang
//! - Mobil yang terbakar | jenis vehicle_fire 2 | ke akhir | ! Menjauh dari mobil.
//! ? orang Ada orang di dalam?
//! - Ya | 60
//! - Tidak
//! ```

use simpul_kernel::Refusal;

use super::Priority;

/// Longest card, in characters.
pub const CARD_MAX_CHARS: usize = 8_000;
/// Longest question, answer or instruction, in characters.
pub const CARD_LINE_MAX_CHARS: usize = 240;
/// Most questions of a card.
pub const QUESTIONS_MAX_COUNT: usize = 20;
/// Most answers of a question: each has a digit as its key.
pub const ANSWERS_MAX_COUNT: usize = 9;
/// Most points that an answer gives, or a level needs.
const POINTS_MAX: i64 = 100;
/// Longest code of a question or a type, in characters.
const CODE_MAX_CHARS: usize = 40;
/// Questions beyond the answered ones that are shown at once.
pub const SHOWN_AHEAD_COUNT: usize = 3;
/// Where a card ends, as it is written.
const END: &str = "akhir";

/// What comes after an answer, where it is not the next question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// That question, which stands further down.
    Question(String),
    /// Nothing more.
    End,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// What the caller says.
    pub text: String,
    /// How much it speaks for a higher priority.
    pub points: i64,
    /// Types that it speaks for, and how much.
    pub votes: Vec<(String, i64)>,
    /// What comes next.
    pub next: Option<Next>,
    /// What to tell the caller.
    pub tell: Option<String>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its code within the card.
    pub code: String,
    /// What the taker asks.
    pub text: String,
    /// What may be answered, by key.
    pub answers: Vec<Answer>,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// What the caller is told at once.
    pub instructions: Vec<String>,
    /// So many points propose that priority.
    pub levels: Vec<(i64, Priority)>,
    /// The questions, in their order.
    pub questions: Vec<Question>,
}

/// What the answers propose. Nothing of it is done by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    /// Sum of the points.
    pub points: i64,
    /// Another type.
    pub kind: Option<String>,
    /// A priority.
    pub priority: Option<Priority>,
    /// What to tell the caller, in the order of the answers.
    pub tells: Vec<String>,
}

/// Answers as they were given: a question's code, and which answer counted from 0.
pub type Given = [(String, usize)];

fn fault(line: usize, key: &'static str) -> Refusal {
    Refusal::field("body", key).with("line", line.to_string())
}

fn code(text: &str) -> Option<String> {
    let good = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
    let fits = !text.is_empty() && text.chars().count() <= CODE_MAX_CHARS && text.chars().all(good) && text != END;
    fits.then(|| text.to_owned())
}

fn words(text: &str, line: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let good = !text.is_empty() && text.chars().count() <= CARD_LINE_MAX_CHARS && !text.contains('|');
    let refusal = || fault(line, "emergency.refused.card_words").with("most", CARD_LINE_MAX_CHARS.to_string());
    if good { Ok(text.to_owned()) } else { Err(refusal()) }
}

fn points(text: &str, line: usize) -> Result<i64, Refusal> {
    let read = text.trim().parse().ok().filter(|points| (0..=POINTS_MAX).contains(points));
    read.ok_or_else(|| fault(line, "emergency.refused.card_points").with("most", POINTS_MAX.to_string()))
}

fn answer(text: &str, line: usize) -> Result<Answer, Refusal> {
    let mut parts = text.split('|');
    let mut answer = Answer { text: words(parts.next().unwrap_or_default(), line)?, ..Answer::default() };
    for part in parts.map(str::trim) {
        let (word, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        match word {
            "!" => answer.tell = Some(words(rest, line)?),
            "ke" if rest.trim() == END => answer.next = Some(Next::End),
            "ke" => {
                let code = code(rest.trim()).ok_or_else(|| fault(line, "emergency.refused.card_code"))?;
                answer.next = Some(Next::Question(code));
            }
            "jenis" => {
                let (kind, weight) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), "1"));
                let kind = code(kind).ok_or_else(|| fault(line, "emergency.refused.card_code"))?;
                answer.votes.push((kind, points(weight, line)?));
            }
            _ => answer.points = points(part, line)?,
        }
    }
    Ok(answer)
}

fn level(text: &str, line: usize) -> Result<(i64, Priority), Refusal> {
    let wrong = || fault(line, "emergency.refused.card_level");
    let (needed, name) = text.trim().split_once(char::is_whitespace).ok_or_else(wrong)?;
    let number = name.trim().strip_prefix(['P', 'p']).and_then(|level| level.parse().ok());
    let priority = number.and_then(Priority::new).ok_or_else(wrong)?;
    Ok((points(needed, line)?, priority))
}

impl Card {
    /// Reads a card as it is written.
    ///
    /// # Errors
    /// Of the field `body`, with the line that is wrong.
    pub fn read(text: &str) -> Result<Card, Refusal> {
        let mut card = Card::default();
        for (at, line) in text.lines().enumerate() {
            let (at, line) = (at + 1, line.trim());
            let Some(sign) = line.chars().next() else { continue };
            let rest = &line[sign.len_utf8()..];
            match sign {
                '!' => card.instructions.push(words(rest, at)?),
                '=' => card.levels.push(level(rest, at)?),
                '?' => card.questions.push(card.question(rest, at)?),
                '-' => {
                    let question =
                        card.questions.last_mut().ok_or_else(|| fault(at, "emergency.refused.card_first"))?;
                    if question.answers.len() == ANSWERS_MAX_COUNT {
                        let refusal = fault(at, "emergency.refused.card_answers");
                        return Err(refusal.with("most", ANSWERS_MAX_COUNT.to_string()));
                    }
                    question.answers.push(answer(rest, at)?);
                }
                _ => return Err(fault(at, "emergency.refused.card_sign")),
            }
        }
        card.check()?;
        Ok(card)
    }

    fn question(&self, text: &str, line: usize) -> Result<Question, Refusal> {
        let (name, text) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let code = code(name).ok_or_else(|| fault(line, "emergency.refused.card_code"))?;
        if self.questions.iter().any(|known| known.code == code) {
            return Err(fault(line, "emergency.refused.card_twice"));
        }
        if self.questions.len() == QUESTIONS_MAX_COUNT {
            let refusal = fault(line, "emergency.refused.card_questions");
            return Err(refusal.with("most", QUESTIONS_MAX_COUNT.to_string()));
        }
        Ok(Question { code, text: words(text, line)?, answers: Vec::new() })
    }

    /// A way through the card only goes down, so that it always ends.
    fn check(&self) -> Result<(), Refusal> {
        for (at, question) in self.questions.iter().enumerate() {
            if question.answers.is_empty() {
                let refusal = Refusal::field("body", "emergency.refused.card_silent");
                return Err(refusal.with("question", question.code.clone()));
            }
            for answer in &question.answers {
                let Some(Next::Question(to)) = &answer.next else { continue };
                if !self.questions[at + 1..].iter().any(|later| later.code == *to) {
                    let refusal = Refusal::field("body", "emergency.refused.card_back");
                    return Err(refusal.with("question", question.code.clone()).with("to", to.clone()));
                }
            }
        }
        Ok(())
    }

    /// The card as it is written.
    pub fn write(&self) -> String {
        let mut text = String::new();
        self.instructions.iter().for_each(|told| text += &format!("! {told}\n"));
        self.levels.iter().for_each(|(points, priority)| text += &format!("= {points} P{}\n", priority.level()));
        for question in &self.questions {
            text += &format!("? {} {}\n", question.code, question.text);
            for answer in &question.answers {
                text += &format!("- {}", answer.text);
                if answer.points > 0 {
                    text += &format!(" | {}", answer.points);
                }
                answer.votes.iter().for_each(|(kind, weight)| text += &format!(" | jenis {kind} {weight}"));
                match &answer.next {
                    Some(Next::Question(code)) => text += &format!(" | ke {code}"),
                    Some(Next::End) => text += &format!(" | ke {END}"),
                    None => {}
                }
                answer.tell.iter().for_each(|told| text += &format!(" | ! {told}"));
                text.push('\n');
            }
        }
        text
    }

    fn after(&self, at: usize, answer: &Answer) -> Option<usize> {
        match &answer.next {
            Some(Next::End) => None,
            Some(Next::Question(code)) => self.questions.iter().position(|question| question.code == *code),
            None => Some(at + 1).filter(|next| *next < self.questions.len()),
        }
    }

    /// The questions on the way that these answers take, each with its answer; those that are still open follow, as
    /// many as are shown at once.
    pub fn way(&self, given: &Given) -> Vec<(&Question, Option<usize>)> {
        let mut way = Vec::new();
        let mut next = (!self.questions.is_empty()).then_some(0);
        let mut ahead = 0;
        while let Some(at) = next {
            let question = &self.questions[at];
            let known = given.iter().find(|(code, _)| *code == question.code).map(|(_, answer)| *answer);
            let known = known.filter(|answer| ahead == 0 && *answer < question.answers.len());
            if known.is_none() {
                ahead += 1;
            }
            way.push((question, known));
            next = match known {
                Some(answer) => self.after(at, &question.answers[answer]),
                None => Some(at + 1).filter(|next| *next < self.questions.len() && ahead < SHOWN_AHEAD_COUNT),
            };
        }
        way
    }

    /// What the answers on the way propose.
    pub fn proposal(&self, given: &Given) -> Proposal {
        let answered = self.way(given).into_iter().filter_map(|(question, answer)| question.answers.get(answer?));
        let mut proposal = Proposal::default();
        let mut votes: Vec<(String, i64)> = Vec::new();
        for answer in answered {
            proposal.points += answer.points;
            proposal.tells.extend(answer.tell.clone());
            for (kind, weight) in &answer.votes {
                match votes.iter_mut().find(|(known, _)| known == kind) {
                    Some((_, sum)) => *sum += weight,
                    None => votes.push((kind.clone(), *weight)),
                }
            }
        }
        let reached = self.levels.iter().filter(|(needed, _)| proposal.points >= *needed && proposal.points > 0);
        proposal.priority = reached.map(|(_, priority)| *priority).min();
        votes.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        proposal.kind = votes.into_iter().find(|(_, sum)| *sum > 0).map(|(kind, _)| kind);
        proposal
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRE: &str = "! Keluar dari rumah sekarang.\n= 60 P1\n= 20 P2\n? api Apakah api terlihat?\n- Ya, besar | 60\n\
        - Asap saja | 20 | ke orang\n- Mobil | jenis vehicle_fire 2 | ke akhir | ! Menjauh dari mobil.\n\
        ? luas Seberapa luas?\n- Satu ruang\n- Seluruh rumah | 20\n? orang Ada orang di dalam?\n- Ya | 60\n- Tidak\n";

    fn given(answers: &[(&str, usize)]) -> Vec<(String, usize)> {
        answers.iter().map(|(code, answer)| ((*code).to_owned(), *answer)).collect()
    }

    fn way(card: &Card, answers: &[(&str, usize)]) -> Vec<String> {
        let given = given(answers);
        card.way(&given).iter().map(|(question, _)| question.code.clone()).collect()
    }

    #[test]
    fn an_answer_may_lead_past_questions_or_end_the_card() {
        let card = Card::read(FIRE).unwrap();
        assert_eq!(way(&card, &[]), ["api", "luas", "orang"]);
        assert_eq!(way(&card, &[("api", 1)]), ["api", "orang"]);
        assert_eq!(way(&card, &[("api", 2), ("orang", 0)]), ["api"], "what is no more on the way is not asked");
    }

    #[test]
    fn answers_propose_priority_type_and_what_to_tell_the_caller() {
        let card = Card::read(FIRE).unwrap();
        let of = |answers: &[(&str, usize)]| card.proposal(&given(answers));
        assert_eq!(of(&[]), Proposal::default(), "nothing is known yet");
        assert_eq!((of(&[("api", 1)]).priority, of(&[("api", 1)]).points), (Priority::new(2), 20));
        assert_eq!(of(&[("api", 1), ("orang", 0)]).priority, Priority::new(1));
        let car = of(&[("api", 2), ("orang", 0)]);
        assert_eq!((car.kind.as_deref(), car.priority), (Some("vehicle_fire"), None), "the way ended before the other");
        assert_eq!(car.tells, ["Menjauh dari mobil."]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let wrong = |text: &str| {
            let refusal = Card::read(text).unwrap_err();
            let line = refusal.args.iter().find(|(name, _)| *name == "line").map(|(_, line)| line.clone());
            (refusal.key, line.unwrap_or_default())
        };
        assert_eq!(wrong("! a\nbukan apa-apa"), ("emergency.refused.card_sign", "2".into()));
        assert_eq!(wrong("- Ya"), ("emergency.refused.card_first", "1".into()));
        assert_eq!(wrong("? a A?\n- Ya | 101"), ("emergency.refused.card_points", "2".into()));
        assert_eq!(wrong("= 5 P9"), ("emergency.refused.card_level", "1".into()));
        assert_eq!(wrong("? a A?\n- Ya\n? a B?\n- Ya"), ("emergency.refused.card_twice", "3".into()));
        assert_eq!(wrong("? A A?\n- Ya").0, "emergency.refused.card_code");
        assert_eq!(wrong("? a A?").0, "emergency.refused.card_silent");
        assert_eq!(wrong("? a A?\n- Ya | ke a").0, "emergency.refused.card_back", "a circle would never end");
    }

    fn cards() -> impl Strategy<Value = Card> {
        let text = "[A-Za-z][A-Za-z ,.]{0,20}[a-z?]";
        let answer = (text, 0..=100i64, proptest::option::of(text), 0..4usize, proptest::option::of("[a-z]{3,8}"));
        let question = (text, proptest::collection::vec(answer, 1..5));
        let levels = proptest::collection::vec((0..=100i64, 1..=5i64), 0..4);
        let all = (proptest::collection::vec(text, 0..3), levels, proptest::collection::vec(question, 0..6));
        all.prop_map(|(instructions, levels, questions)| {
            let count = questions.len();
            let numbered = questions.into_iter().enumerate().map(|(at, (text, answers))| Question {
                code: format!("q{at}"),
                text,
                answers: answers
                    .into_iter()
                    .map(|(text, points, tell, jump, vote)| Answer {
                        text,
                        points,
                        tell,
                        votes: vote.into_iter().filter(|kind| kind != END).map(|kind| (kind, points)).collect(),
                        next: match jump {
                            0 => None,
                            1 => Some(Next::End),
                            _ => (at + jump < count).then(|| Next::Question(format!("q{}", at + jump))),
                        },
                    })
                    .collect(),
            });
            let levels = levels.into_iter().filter_map(|(points, level)| Some((points, Priority::new(level)?)));
            Card { instructions, levels: levels.collect(), questions: numbered.collect() }
        })
    }

    proptest! {
        #[test]
        fn a_card_that_is_written_is_read_back(card in cards()) {
            prop_assert_eq!(Card::read(&card.write()), Ok(card));
        }

        #[test]
        fn every_way_ends_and_passes_no_question_twice(
            card in cards(),
            answers in proptest::collection::vec((0..7usize, 0..6usize), 0..12),
        ) {
            let given: Vec<(String, usize)> = answers.into_iter().map(|(at, n)| (format!("q{at}"), n)).collect();
            let way: Vec<&str> = card.way(&given).iter().map(|(question, _)| question.code.as_str()).collect();
            let mut once = way.clone();
            once.dedup();
            prop_assert_eq!(&way, &once);
            prop_assert!(card.proposal(&given).points >= 0);
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in "[!=?|a-z0-9 \\-\\nP]{0,80}|\\PC{0,40}") {
            let _ = Card::read(&text);
        }
    }
}
