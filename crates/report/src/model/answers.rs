//! Answers to the further questions of a category: whether each looks as its question asks, and who may read it.

use std::collections::BTreeMap;

use serde_json::Value;
use simpul_kernel::format::Lang;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Refusal, words};

use super::question::{ANSWER_TEXT_MAX_CHARS, DataType, FIELD, Question, Questions};
use crate::open311::when;

impl Question {
    fn wrong(&self, lang: Lang, key: &'static str) -> Refusal {
        Refusal::field(FIELD, key).entry(self.code.clone()).with("question", self.text(lang))
    }

    /// The answers to this question as they are kept: clean, and without what says nothing.
    fn take(&self, lang: Lang, answers: &[String]) -> Result<Vec<String>, Refusal> {
        let max = if self.datatype == DataType::Text { ANSWER_TEXT_MAX_CHARS } else { LINE_MAX_CHARS };
        let mut taken: Vec<String> = Vec::new();
        for answer in answers {
            let clean = match self.datatype {
                DataType::Text => words::clean_text(FIELD, answer, max, false),
                _ => words::clean_line(FIELD, answer, max, false),
            };
            let clean = clean.map_err(|fault| match fault.key {
                "form.too_long" => self.wrong(lang, "report.refused.answer_long").with("max", max.to_string()),
                _ => self.wrong(lang, "report.refused.answer_signs"),
            })?;
            if !clean.is_empty() && !taken.contains(&clean) {
                taken.push(clean);
            }
        }
        if taken.is_empty() {
            let missing = || Err(self.wrong(lang, "report.refused.answer_missing"));
            return if self.required { missing() } else { Ok(taken) };
        }
        if taken.len() > 1 && self.datatype != DataType::Many {
            return Err(self.wrong(lang, "report.refused.answer_one"));
        }
        let key = match self.datatype {
            DataType::Line | DataType::Text => return Ok(taken),
            DataType::Number if taken.iter().all(|text| is_number(text)) => return Ok(taken),
            DataType::Number => "report.refused.answer_number",
            DataType::Date => match taken.iter().map(|text| date(text)).collect() {
                Some(dates) => return Ok(dates),
                None => "report.refused.answer_date",
            },
            DataType::One | DataType::Many => {
                let offered = |text: &String| self.values.iter().any(|choice| choice.key == *text);
                if taken.iter().all(offered) {
                    return Ok(taken);
                }
                "report.refused.answer_choice"
            }
        };
        Err(self.wrong(lang, key))
    }
}

/// A number as people and programs write it: digits with points or commas between them, perhaps with a sign. It is kept
/// as it was written, since `1.500` is another number in Jakarta than in London.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.split(['.', ',']).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A day, perhaps with a time, as GeoReport writes it; `3/11/2026` and `3-11-2026` are the third of November.
fn date(text: &str) -> Option<String> {
    if when::parse(text, 0).is_some() {
        return Some(text.to_owned());
    }
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    if year.len() != 4 || [day, month].iter().any(|part| !(1..=2).contains(&part.len())) {
        return None;
    }
    let iso = format!("{year}-{month:0>2}-{day:0>2}");
    when::parse(&iso, 0).map(|_| iso)
}

impl Question {
    /// What was said to it, if anything; only what was chosen from a list if `public`.
    pub fn told(&self, lang: Lang, answers: &Answers, public: bool) -> Option<String> {
        // A key that is no longer offered could be words from elsewhere, such as an import.
        let offered = |text: &&String| self.datatype.is_list() && self.values.iter().any(|choice| choice.key == **text);
        let said = answers.of(&self.code).iter().filter(|text| !public || offered(text));
        let said: Vec<&str> = said.map(|text| self.said(lang, text)).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

impl Questions {
    /// The answers as they are kept, or everything that is wrong with them, question by question, in that language.
    /// What answers no question stays as it came.
    pub fn take(&self, lang: Lang, answers: &Answers) -> Result<Answers, Vec<Refusal>> {
        let mut taken = answers.clone();
        let mut faults = Vec::new();
        for question in self.iter() {
            match question.take(lang, answers.of(&question.code)) {
                Ok(clean) => taken.set(&question.code, clean),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(taken) } else { Err(faults) }
    }

    /// The same questions, none of which needs an answer: for whoever tells of it and can't be asked any more.
    pub fn forgiving(&self) -> Questions {
        Questions(self.iter().map(|question| Question { required: false, ..question.clone() }).collect())
    }

    /// Those that need an answer and have none, in the order in which they are asked.
    pub fn unanswered<'q>(&'q self, answers: &'q Answers) -> impl Iterator<Item = &'q Question> {
        let is_said = |question: &Question| answers.of(&question.code).iter().any(|said| !said.trim().is_empty());
        self.iter().filter(move |question| question.required && !is_said(question))
    }

    /// What was asked and what was said, in the order of the questions; only what was chosen from a list if `public`.
    pub fn told(&self, lang: Lang, answers: &Answers, public: bool) -> Vec<(String, String)> {
        let told = self.iter().filter_map(|question| {
            question.told(lang, answers, public).map(|said| (question.text(lang).to_owned(), said))
        });
        told.collect()
    }
}

/// Answers by the codes of their questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, Vec<String>>);

impl Answers {
    /// Reads them from the JSON in which a report keeps them. What is none is left out.
    pub fn parse(json: Option<&str>) -> Answers {
        let map: serde_json::Map<String, Value> =
            json.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let said = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        let all = map.into_iter().map(|(code, value)| match value {
            Value::Array(list) => (code, list.into_iter().map(said).collect()),
            one => (code, vec![said(one)]),
        });
        Answers(all.collect())
    }

    /// The JSON in which a report keeps them: several answers are a list. `None` where there are none.
    pub fn to_json(&self) -> Option<String> {
        let value = |list: &Vec<String>| match list.as_slice() {
            [one] => Value::from(one.as_str()),
            many => Value::from(many),
        };
        let map: serde_json::Map<String, Value> =
            self.0.iter().map(|(code, list)| (code.clone(), value(list))).collect();
        (!map.is_empty()).then(|| Value::Object(map).to_string())
    }

    /// A further answer.
    pub fn add(&mut self, code: impl Into<String>, answer: impl Into<String>) {
        self.0.entry(code.into()).or_default().push(answer.into());
    }

    /// These in place of whatever was answered; nothing where there are none.
    pub fn set(&mut self, code: &str, answers: Vec<String>) {
        if answers.is_empty() {
            self.0.remove(code);
        } else {
            self.0.insert(code.to_owned(), answers);
        }
    }

    /// What was answered under that code.
    pub fn of(&self, code: &str) -> &[String] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }

    /// Every code and what stands under it, in the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(code, list)| (code.as_str(), list.as_slice()))
    }

    /// Only what answers one of these questions.
    pub fn retain(&mut self, questions: &Questions) {
        self.0.retain(|code, _| questions.find(code).is_some());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::question::tests::question;
    use super::*;

    fn answered(datatype: DataType, required: bool, typed: &[&str]) -> Result<Vec<String>, &'static str> {
        let mut answers = Answers::default();
        typed.iter().for_each(|text| answers.add("x", *text));
        let questions = Questions(vec![question("x", datatype, required)]);
        let taken = questions.take(Lang::Id, &answers);
        taken.map(|taken| taken.of("x").to_vec()).map_err(|faults| faults[0].key)
    }

    #[test]
    fn a_required_question_wants_an_answer_and_names_itself() {
        let questions = Questions(vec![question("tiang", DataType::Line, true), question("b", DataType::Text, false)]);
        let faults = questions.take(Lang::Id, &Answers::default()).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].control().as_deref(), Some("answers-tiang"));
        assert!(faults[0].args.contains(&("question", "Apa tiang?".to_owned())));
        assert!(answered(DataType::Line, true, &["  "]).is_err());
    }

    #[test]
    fn an_answer_looks_like_its_type() {
        for (datatype, good) in [
            (DataType::Line, "LJ-17"),
            (DataType::Number, "1.250,5"),
            (DataType::Number, "-3"),
            (DataType::Date, "2026-11-03"),
            (DataType::Date, "2026-11-03T07:30:00+08:00"),
            (DataType::Text, "satu\ndua"),
            (DataType::One, "m"),
            (DataType::Many, "p"),
        ] {
            assert_eq!(answered(datatype, true, &[good]), Ok(vec![good.to_owned()]), "{good}");
        }
        assert_eq!(answered(DataType::Date, true, &["3/11/2026"]), Ok(vec!["2026-11-03".to_owned()]));
        for (datatype, bad, key) in [
            (DataType::Number, "dua", "report.refused.answer_number"),
            (DataType::Number, "1..2", "report.refused.answer_number"),
            (DataType::Number, "NaN", "report.refused.answer_number"),
            (DataType::Date, "31/2/2026", "report.refused.answer_date"),
            (DataType::Date, "kemarin", "report.refused.answer_date"),
            (DataType::One, "Merah", "report.refused.answer_choice"),
            (DataType::Many, "x", "report.refused.answer_choice"),
            (DataType::Line, "a\u{7}b", "report.refused.answer_signs"),
        ] {
            assert_eq!(answered(datatype, false, &[bad]), Err(key), "{bad}");
        }
        assert_eq!(answered(DataType::One, false, &["m", "p"]), Err("report.refused.answer_one"));
        assert_eq!(answered(DataType::Many, false, &["m", "p", "m", ""]), Ok(vec!["m".into(), "p".into()]));
        assert_eq!(answered(DataType::Line, false, &["x".repeat(201).as_str()]), Err("report.refused.answer_long"));
    }

    #[test]
    fn the_public_reads_only_what_was_chosen_from_a_list() {
        let questions =
            Questions(vec![question("nama", DataType::Line, false), question("warna", DataType::One, false)]);
        let mut answers = Answers::default();
        answers.add("nama", "Pak Budi");
        answers.add("warna", "m");
        answers.add("lain", "rahasia");
        assert_eq!(questions.told(Lang::Id, &answers, true), [("Apa warna?".to_owned(), "Merah".to_owned())]);
        assert_eq!(questions.told(Lang::Id, &answers, false).len(), 2);
        let mut foreign = Answers::default();
        foreign.add("warna", "telepon Budi 0812");
        assert!(questions.told(Lang::Id, &foreign, true).is_empty(), "what is not offered is somebody's words");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_readers(json in "\\PC{0,80}", typed in proptest::collection::vec("\\PC{0,40}", 0..4)) {
            let _ = (Questions::parse(&json), Answers::parse(Some(&json)));
            let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
            for datatype in DataType::ALL {
                if let Ok(taken) = answered(datatype, false, &typed) {
                    // What was taken once is taken again as it is.
                    let texts: Vec<&str> = taken.iter().map(String::as_str).collect();
                    prop_assert_eq!(answered(datatype, false, &texts), Ok(taken.clone()));
                }
            }
        }

        #[test]
        fn answers_are_kept_as_they_were_given(
            map in proptest::collection::btree_map("[a-z]{1,5}", proptest::collection::vec("\\PC{1,9}", 1..4), 0..5),
        ) {
            let answers = Answers(map);
            prop_assert_eq!(Answers::parse(answers.to_json().as_deref()), answers);
        }
    }
}
