//! Further questions of a category: what a street light's crew must know that no other crew has to ask. Their data
//! types are the six of GeoReport v2, so that programs and the form ask alike.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use simpul_kernel::format::Lang;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Refusal, words};

/// Most questions of a category: a form with more is not filled in.
pub const QUESTIONS_MAX_COUNT: usize = 12;
/// Most answers to choose from.
pub const CHOICES_MAX_COUNT: usize = 30;
/// Longest answer of several lines, in characters.
pub const ANSWER_TEXT_MAX_CHARS: usize = 500;
/// Longest code of a question or of an answer to choose, in characters.
pub const QUESTION_CODE_MAX_CHARS: usize = 40;
/// Names under which other things stand beside the answers, and the word of addresses for a new question; no question
/// may bear one.
const RESERVED: [&str; 3] = ["phone", "category", "baru"];
/// The field of a form or of a body that holds the answers.
pub const FIELD: &str = "answers";

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataType {
    /// One line.
    Line,
    /// A number.
    Number,
    /// A day, perhaps with a time.
    Date,
    /// Several lines.
    Text,
    /// One of a list.
    One,
    /// Any of a list.
    Many,
}

impl DataType {
    /// Every type, in the order in which the editor offers them.
    pub const ALL: [DataType; 6] =
        [DataType::Line, DataType::Number, DataType::Date, DataType::Text, DataType::One, DataType::Many];

    /// The name in GeoReport v2.
    pub fn name(self) -> &'static str {
        match self {
            DataType::Line => "string",
            DataType::Number => "number",
            DataType::Date => "datetime",
            DataType::Text => "text",
            DataType::One => "singlevaluelist",
            DataType::Many => "multivaluelist",
        }
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<DataType> {
        DataType::ALL.into_iter().find(|datatype| datatype.name() == name)
    }

    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            DataType::Line => "report.question.line",
            DataType::Number => "report.question.number",
            DataType::Date => "report.question.date",
            DataType::Text => "report.question.text",
            DataType::One => "report.question.one",
            DataType::Many => "report.question.many",
        }
    }

    /// Whether the answers are chosen from a list. Nobody can write words of their own there, so the public may see
    /// them.
    pub fn is_list(self) -> bool {
        matches!(self, DataType::One | DataType::Many)
    }
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What is kept.
    pub key: String,
    /// What is read, in Indonesian.
    pub name: String,
    /// The same in English; empty where nobody wrote it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name_en: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its key among the category's questions.
    pub code: String,
    /// What an answer looks like.
    pub datatype: DataType,
    /// Whether a report needs an answer.
    pub required: bool,
    /// The question itself, in Indonesian.
    pub description: String,
    /// The same in English; empty where nobody wrote it.
    pub description_en: String,
    /// What helps to answer it.
    pub hint: String,
    /// The answers of a list.
    pub values: Vec<Choice>,
}

fn either<'a>(lang: Lang, indonesian: &'a str, english: &'a str) -> &'a str {
    if lang == Lang::En && !english.is_empty() { english } else { indonesian }
}

impl Choice {
    /// What is read, in the viewer's language where somebody wrote it.
    pub fn name(&self, lang: Lang) -> &str {
        either(lang, &self.name, &self.name_en)
    }
}

fn is_code(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=QUESTION_CODE_MAX_CHARS).contains(&text.len()) && text.chars().all(known)
}

impl Question {
    /// The question in the viewer's language where somebody wrote it.
    pub fn text(&self, lang: Lang) -> &str {
        let text = either(lang, &self.description, &self.description_en);
        if text.is_empty() { &self.code } else { text }
    }

    /// The name of its control in a form.
    pub fn control(&self) -> String {
        format!("{FIELD}-{}", self.code)
    }

    /// What an answer reads like: the name of what was chosen, the words themselves otherwise.
    pub fn said<'a>(&'a self, lang: Lang, answer: &'a str) -> &'a str {
        let chosen = self.values.iter().find(|choice| self.datatype.is_list() && choice.key == answer);
        chosen.map_or(answer, |choice| choice.name(lang))
    }

    /// Reads one of the standard's attribute objects. `None` without a code; an unknown type is a line of text.
    fn read(value: &Value) -> Option<Question> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let values = value.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let choice = |value: &Value| {
            let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
            Some(Choice {
                key: text("key")?,
                name: text("name").or_else(|| text("key"))?,
                name_en: text("name_en").unwrap_or_default(),
            })
        };
        let code = text("code");
        (!code.is_empty()).then(|| Question {
            code,
            datatype: DataType::parse(&text("datatype")).unwrap_or(DataType::Line),
            required: value.get("required").and_then(Value::as_bool).unwrap_or(false),
            description: text("description"),
            description_en: text("description_en"),
            hint: text("datatype_description"),
            values: values.iter().filter_map(choice).collect(),
        })
    }

    fn json(&self) -> Value {
        let mut value = serde_json::json!({
            "code": self.code,
            "datatype": self.datatype.name(),
            "required": self.required,
            "description": self.description,
        });
        let mut put = |name: &str, text: &str| {
            if !text.is_empty() {
                value[name] = text.into();
            }
        };
        put("description_en", &self.description_en);
        put("datatype_description", &self.hint);
        if !self.values.is_empty() {
            value["values"] = serde_json::json!(self.values);
        }
        value
    }

    /// Refuses what an editor must not store.
    pub fn check(&self) -> Result<(), Refusal> {
        if !is_code(&self.code) || RESERVED.contains(&self.code.as_str()) {
            return Err(Refusal::field("code", "report.refused.question_code"));
        }
        words::clean_line("description", &self.description, LINE_MAX_CHARS, true)?;
        words::clean_line("description_en", &self.description_en, LINE_MAX_CHARS, false)?;
        words::clean_line("hint", &self.hint, LINE_MAX_CHARS, false)?;
        if !self.datatype.is_list() {
            let none = self.values.is_empty();
            return if none { Ok(()) } else { Err(Refusal::field("values", "report.refused.question_no_values")) };
        }
        if !(1..=CHOICES_MAX_COUNT).contains(&self.values.len()) {
            let refusal = Refusal::field("values", "report.refused.question_values");
            return Err(refusal.with("max", CHOICES_MAX_COUNT.to_string()));
        }
        let mut seen = BTreeSet::new();
        for choice in &self.values {
            if !is_code(&choice.key) || !seen.insert(&choice.key) {
                return Err(Refusal::field("values", "report.refused.question_key").with("key", choice.key.clone()));
            }
            words::clean_line("values", &choice.name, LINE_MAX_CHARS, true)?;
            words::clean_line("values", &choice.name_en, LINE_MAX_CHARS, false)?;
        }
        Ok(())
    }
}

/// The answers to choose, as an editor writes them: one on each line, `code = Name | English name`. A line without a
/// code gets one from its name.
pub fn read_choices(text: &str) -> Vec<Choice> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = |line: &str| {
        let (key, names) = line.split_once('=').map_or((None, line), |(key, names)| (Some(key.trim()), names));
        let (name, name_en) = names.split_once('|').unwrap_or((names, ""));
        let (name, name_en) = (name.trim().to_owned(), name_en.trim().to_owned());
        Choice { key: key.map_or_else(|| key_of(&name), str::to_owned), name, name_en }
    };
    lines.map(read).collect()
}

/// The same the other way round.
pub fn write_choices(choices: &[Choice]) -> String {
    let line = |choice: &Choice| {
        let english = if choice.name_en.is_empty() { String::new() } else { format!(" | {}", choice.name_en) };
        format!("{} = {}{english}", choice.key, choice.name)
    };
    choices.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A code made of a name: small letters and digits, everything else one low line.
fn key_of(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let joined = parts.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    joined.chars().take(QUESTION_CODE_MAX_CHARS).collect()
}

/// The questions of a category, in the order in which they are asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions(pub Vec<Question>);

impl std::ops::Deref for Questions {
    type Target = [Question];

    fn deref(&self) -> &[Question] {
        &self.0
    }
}

/// As they are kept, so that the stamp of the rules is that of the tables.
impl Serialize for Questions {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}

impl<'de> Deserialize<'de> for Questions {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Questions, D::Error> {
        let json = Option::<String>::deserialize(from)?;
        Ok(json.as_deref().map(Questions::parse).unwrap_or_default())
    }
}

impl Questions {
    /// Reads them from the JSON in which they are kept: the standard's own attribute objects. What is none is left out.
    pub fn parse(json: &str) -> Questions {
        let list: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
        Questions(list.iter().filter_map(Question::read).collect())
    }

    /// The JSON in which they are kept; `None` where there are none.
    pub fn to_json(&self) -> Option<String> {
        let list: Vec<Value> = self.iter().map(Question::json).collect();
        (!list.is_empty()).then(|| Value::Array(list).to_string())
    }

    /// The question of that code.
    pub fn find(&self, code: &str) -> Option<&Question> {
        self.iter().find(|question| question.code == code)
    }

    /// Refuses what an editor must not store.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.len() > QUESTIONS_MAX_COUNT {
            let refusal = Refusal::field("code", "report.refused.question_count");
            return Err(refusal.with("max", QUESTIONS_MAX_COUNT.to_string()));
        }
        let mut seen = BTreeSet::new();
        for question in self.iter() {
            question.check()?;
            if !seen.insert(&question.code) {
                return Err(Refusal::field("code", "report.refused.question_twice").with("code", &question.code));
            }
        }
        Ok(())
    }
}

/// What an editor does with the questions of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A further one, asked last.
    Add(Question),
    /// Another wording, type or list of one that is there; its code stays.
    Set(Question),
    /// One place earlier.
    Up(String),
    /// One place later.
    Down(String),
    /// Asked no more. Answers that were given stay with their reports.
    Remove(String),
}

impl Change {
    /// The code of the question that it is about.
    pub fn code(&self) -> &str {
        match self {
            Change::Add(question) | Change::Set(question) => &question.code,
            Change::Up(code) | Change::Down(code) | Change::Remove(code) => code,
        }
    }

    /// Its name in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Change::Add(_) => "added",
            Change::Set(_) => "changed",
            Change::Up(_) | Change::Down(_) => "moved",
            Change::Remove(_) => "removed",
        }
    }
}

impl Questions {
    /// The questions after that change, or why they can't be so.
    pub fn after(&self, change: &Change) -> Result<Questions, Refusal> {
        let gone = || Refusal::field("code", "report.refused.question_gone");
        let at = self.iter().position(|question| question.code == change.code());
        let mut next = self.0.clone();
        match change {
            Change::Add(question) => next.push(question.clone()),
            Change::Set(question) => next[at.ok_or_else(gone)?] = question.clone(),
            Change::Remove(_) => drop(next.remove(at.ok_or_else(gone)?)),
            Change::Up(_) => {
                let at = at.ok_or_else(gone)?;
                next.swap(at, at.saturating_sub(1));
            }
            Change::Down(_) => {
                let at = at.ok_or_else(gone)?;
                next.swap(at, (at + 1).min(self.len() - 1));
            }
        }
        let next = Questions(next);
        next.check()?;
        Ok(next)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A question whose lists offer `m` and `p`.
    pub fn question(code: &str, datatype: DataType, required: bool) -> Question {
        let choice = |key: &str, name: &str| Choice { key: key.into(), name: name.into(), name_en: String::new() };
        let values = vec![choice("m", "Merah"), choice("p", "Putih")];
        Question {
            code: code.into(),
            datatype,
            required,
            description: format!("Apa {code}?"),
            description_en: String::new(),
            hint: String::new(),
            values: if datatype.is_list() { values } else { Vec::new() },
        }
    }

    #[test]
    fn questions_are_read_from_the_standards_own_objects() {
        let read = Questions::parse(
            r#"[{"code":"A","required":true,"description":"?","values":[{"key":"1","name":"Satu"}]},{}]"#,
        );
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].datatype, read[0].required), (DataType::Line, true));
        assert_eq!(read[0].values[0].name, "Satu");
        assert!(Questions::parse("nonsense").is_empty());
    }

    #[test]
    fn an_editor_refuses_what_could_not_be_asked() {
        let good = question("x", DataType::One, false);
        assert_eq!(good.check(), Ok(()));
        for (bad, field) in [
            (Question { code: "a b".into(), ..good.clone() }, "code"),
            (Question { code: "phone".into(), ..good.clone() }, "code"),
            (Question { description: " ".into(), ..good.clone() }, "description"),
            (Question { values: Vec::new(), ..good.clone() }, "values"),
            (Question { values: vec![good.values[0].clone(), good.values[0].clone()], ..good.clone() }, "values"),
            (Question { datatype: DataType::Line, ..good.clone() }, "values"),
        ] {
            assert_eq!(bad.check().unwrap_err().field, Some(field), "{bad:?}");
        }
        assert!(Questions(vec![good.clone(), good.clone()]).check().is_err());
        let many = (0..=QUESTIONS_MAX_COUNT).map(|n| Question { code: format!("q{n}"), ..good.clone() });
        assert!(Questions(many.collect()).check().is_err());
    }

    #[test]
    fn questions_are_added_reordered_and_removed_and_never_lost_on_the_way() {
        let codes = |questions: &Questions| questions.iter().map(|q| q.code.clone()).collect::<Vec<_>>().join("");
        let mut questions = Questions::default();
        for code in ["a", "b", "c"] {
            questions = questions.after(&Change::Add(question(code, DataType::Line, false))).unwrap();
        }
        for (change, order) in [
            (Change::Up("a".into()), "abc"),
            (Change::Up("c".into()), "acb"),
            (Change::Down("b".into()), "acb"),
            (Change::Down("a".into()), "cab"),
            (Change::Remove("a".into()), "cb"),
        ] {
            questions = questions.after(&change).unwrap();
            assert_eq!(codes(&questions), order, "{change:?}");
        }
        let changed = Question { description: "Lain?".into(), ..question("b", DataType::Number, true) };
        assert_eq!(questions.after(&Change::Set(changed.clone())).unwrap()[1], changed);
        assert!(questions.after(&Change::Add(changed)).is_err(), "one code twice");
        assert!(questions.after(&Change::Remove("x".into())).is_err());
    }

    #[test]
    fn an_editor_writes_a_choice_on_each_line() {
        let read = read_choices("m = Merah | Red\n\n Putih tua \np=Putih");
        assert_eq!(write_choices(&read), "m = Merah | Red\nputih_tua = Putih tua\np = Putih");
        assert_eq!(read_choices("!!!")[0].key, "", "the check asks for a code");
    }

    proptest! {
        #[test]
        fn choices_that_are_written_are_read_again(
            all in proptest::collection::vec(("[a-z]{1,5}", "[A-Za-z=]([a-z =]{0,8}[a-z])?", "[A-Za-z]{0,5}"), 0..6),
        ) {
            let choices: Vec<Choice> =
                all.into_iter().map(|(key, name, name_en)| Choice { key, name, name_en }).collect();
            prop_assert_eq!(read_choices(&write_choices(&choices)), choices);
        }

        #[test]
        fn what_is_kept_is_read_again(
            codes in proptest::collection::btree_set("[a-z]{1,6}", 0..6),
            text in "\\PC{1,40}",
            kind in 0usize..6,
        ) {
            let all = codes.iter().map(|code| Question { description: text.clone(),
                ..question(code, DataType::ALL[kind], true) });
            let questions = Questions(all.collect());
            let again = questions.to_json().as_deref().map(Questions::parse).unwrap_or_default();
            prop_assert_eq!(again, questions);
        }
    }
}
