//! What was wrong with a request, in the standard's shape.

use super::doc::{Doc, Value};

/// One thing that was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The standard's code: that of the HTTP answer.
    pub code: u16,
    /// What was wrong, with the name of the field in front.
    pub description: String,
}

/// Everything that was wrong, and the HTTP status that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The HTTP status.
    pub status: u16,
    /// Each fault; never empty.
    pub faults: Vec<Fault>,
}

impl Faults {
    /// One fault.
    pub fn one(status: u16, description: impl Into<String>) -> Faults {
        Faults { status, faults: vec![Fault { code: status, description: description.into() }] }
    }

    /// 400 with a sentence for each field, each beginning with the field's name.
    pub fn fields(sentences: Vec<(&str, String)>) -> Faults {
        let faults = sentences.into_iter();
        let faults = faults.map(|(field, says)| Fault { code: 400, description: format!("{field}: {says}") });
        Faults { status: 400, faults: faults.collect() }
    }

    /// 404 for a thing that is named by `field`.
    pub fn not_found(field: &str) -> Faults {
        Faults::one(404, format!("{field}: was not found"))
    }

    /// 405 for a resource that is only read.
    pub fn only_read() -> Faults {
        Faults::one(405, "method: this resource is only read, by GET")
    }

    /// 403, the standard's answer to a missing key.
    pub fn key_missing() -> Faults {
        Faults::one(403, "api_key: is missing; ask for one at the address that discovery names as key_service")
    }

    /// 403, the standard's answer to a key that is unknown, expired or of another scope.
    pub fn key_wrong() -> Faults {
        Faults::one(403, "api_key: is not valid here, has ended, or lacks the scope open311")
    }

    /// The answer: `<errors>` in XML, an array in JSON.
    pub fn doc(&self) -> Doc {
        let errors = self.faults.iter().map(|fault| {
            Value::Fields(vec![
                ("code", Value::Whole(i64::from(fault.code))),
                ("description", Value::of(&fault.description)),
            ])
        });
        Doc { root: "errors", value: Value::List("error", errors.collect()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::doc::Format;
    use super::*;

    #[test]
    fn errors_have_the_standards_shape() {
        let faults = Faults::fields(vec![("lat", "must be a number".into()), ("long", "is missing".into())]);
        assert_eq!(
            faults.doc().render(Format::Json),
            r#"[{"code":400,"description":"lat: must be a number"},{"code":400,"description":"long: is missing"}]"#
        );
        assert!(
            Faults::key_missing()
                .doc()
                .render(Format::Xml)
                .contains("<errors><error><code>403</code><description>api_key: is missing")
        );
    }
}
