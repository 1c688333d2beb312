//! The answers of the standard as trees: which fields, under which names, in which order.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{Lang, iso};

use super::doc::{Doc, Value};
use super::search::Openness;
use crate::model::Questions;

/// When the services or their meaning were last changed by us, as discovery says it.
const CHANGESET: &str = "2026-11-22T00:00:00Z";
/// The page that defines the standard.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// What a client may know of a region before it speaks to it.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// Whom to ask.
    pub contact: String,
    /// Where a key is to be had.
    pub key_service: String,
    /// Address of the production endpoint, without a slash at its end.
    pub production_url: String,
    /// Address of the endpoint that checks everything and keeps nothing.
    pub test_url: String,
}

/// The discovery document.
pub fn discovery(discovery: &Discovery) -> Doc {
    let endpoint = |kind: &str, url: &str| {
        Value::Fields(vec![
            ("specification", Value::of(SPECIFICATION)),
            ("url", Value::of(url)),
            ("changeset", Value::of(CHANGESET)),
            ("type", Value::of(kind)),
            ("formats", Value::List("format", vec![Value::of("text/xml"), Value::of("application/json")])),
        ])
    };
    let endpoints = vec![endpoint("production", &discovery.production_url), endpoint("test", &discovery.test_url)];
    let fields = vec![
        ("changeset", Value::of(CHANGESET)),
        ("contact", Value::of(&discovery.contact)),
        ("key_service", Value::of(&discovery.key_service)),
        ("endpoints", Value::List("endpoint", endpoints)),
    ];
    Doc { root: "discovery", value: Value::Fields(fields) }
}

/// A service as clients list it.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// Our category's code.
    pub code: String,
    /// Its name in the visitor's language.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Words that lead to it, parted by commas.
    pub keywords: String,
    /// What it stands with.
    pub group: String,
    /// Its extra questions.
    pub questions: Questions,
    /// The visitor's language, in which the questions are asked.
    pub lang: Lang,
}

/// The list of services.
pub fn services(services: &[ServiceView]) -> Doc {
    let list = services.iter().map(|service| {
        Value::Fields(vec![
            ("service_code", Value::of(&service.code)),
            ("service_name", Value::of(&service.name)),
            ("description", Value::of(&service.description)),
            ("metadata", Value::Bool(!service.questions.is_empty())),
            ("type", Value::of("realtime")),
            ("keywords", Value::of(&service.keywords)),
            ("group", Value::of(&service.group)),
        ])
    });
    Doc { root: "services", value: Value::List("service", list.collect()) }
}

/// The definition of one service; without extra questions its attributes are an empty list.
pub fn definition(service: &ServiceView) -> Doc {
    let attributes = service.questions.iter().zip(1i64..).map(|(question, order)| {
        let mut fields = vec![
            ("variable", Value::Bool(true)),
            ("code", Value::of(&question.code)),
            ("datatype", Value::of(question.datatype.name())),
            ("required", Value::Bool(question.required)),
            ("datatype_description", Value::text(Some(question.hint.clone()).filter(|hint| !hint.is_empty()))),
            ("order", Value::Whole(order)),
            ("description", Value::of(question.text(service.lang))),
        ];
        if !question.values.is_empty() {
            let values = question.values.iter();
            let values = values.map(|choice| {
                let name = choice.name(service.lang);
                Value::Fields(vec![("key", Value::of(&choice.key)), ("name", Value::of(name))])
            });
            fields.push(("values", Value::List("value", values.collect())));
        }
        Value::Fields(fields)
    });
    let fields = vec![
        ("service_code", Value::of(&service.code)),
        ("attributes", Value::List("attribute", attributes.collect())),
    ];
    Doc { root: "service_definition", value: Value::Fields(fields) }
}

/// A report as the world may see it.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// Our report's number.
    pub number: String,
    /// Open or closed.
    pub openness: Openness,
    /// Why it is so, in the words that the citizen sees.
    pub status_notes: Option<String>,
    /// Name and code of the service.
    pub service: (String, String),
    /// What the citizen wrote, masked.
    pub description: String,
    /// Who answers for it.
    pub agency: Option<String>,
    /// By when it is checked, or nothing once that is past.
    pub notice: Option<String>,
    /// When it was sent.
    pub requested: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// By when it must be resolved.
    pub expected: Option<Timestamp>,
    /// Village and district in words.
    pub address: Option<String>,
    /// Code of the village.
    pub address_id: Option<String>,
    /// Latitude and longitude in units of 1e-7 degrees.
    pub point: Option<(i32, i32)>,
    /// Address of its photo.
    pub media_url: Option<String>,
    /// Our own, finer state.
    pub state: &'static str,
}

fn request(view: &RequestView, zone: Zone, extended: bool) -> Value {
    let at = |at: Timestamp| Value::Text(iso(at, zone));
    let (name, code) = &view.service;
    let mut fields = vec![
        ("service_request_id", Value::of(&view.number)),
        ("status", Value::of(view.openness.word())),
        ("status_notes", Value::text(view.status_notes.clone())),
        ("service_name", Value::of(name)),
        ("service_code", Value::of(code)),
        ("description", Value::of(&view.description)),
        ("agency_responsible", Value::text(view.agency.clone())),
        ("service_notice", Value::text(view.notice.clone())),
        ("requested_datetime", at(view.requested)),
        ("updated_datetime", at(view.updated)),
        ("expected_datetime", view.expected.map_or(Value::Nothing, at)),
        ("address", Value::text(view.address.clone())),
        ("address_id", Value::text(view.address_id.clone())),
        ("zipcode", Value::Nothing),
        ("lat", view.point.map_or(Value::Nothing, |(lat, _)| Value::DegreesE7(lat))),
        ("long", view.point.map_or(Value::Nothing, |(_, long)| Value::DegreesE7(long))),
        ("media_url", Value::text(view.media_url.clone())),
    ];
    if extended {
        fields.push(("extended_attributes", Value::Fields(vec![("state", Value::of(view.state))])));
    }
    Value::Fields(fields)
}

/// A list of requests, also where only one was asked for.
pub fn requests(views: &[RequestView], zone: Zone, extended: bool) -> Doc {
    let list = views.iter().map(|view| request(view, zone, extended)).collect();
    Doc { root: "service_requests", value: Value::List("request", list) }
}

/// The answer to a new request. The token is there beside the number, since clients of either kind exist.
pub fn posted(number: &str, token: &str, notice: Option<String>, account_id: Option<String>) -> Doc {
    let fields = vec![
        ("service_request_id", Value::of(number)),
        ("token", Value::of(token)),
        ("service_notice", Value::text(notice)),
        ("account_id", Value::text(account_id)),
    ];
    Doc { root: "service_requests", value: Value::List("request", vec![Value::Fields(fields)]) }
}

/// Which request a token stands for.
pub fn token(number: &str, token: &str) -> Doc {
    let fields = vec![("service_request_id", Value::of(number)), ("token", Value::of(token))];
    Doc { root: "service_requests", value: Value::List("request", vec![Value::Fields(fields)]) }
}

/// An update as the world may see it.
#[derive(Debug, Clone)]
pub struct UpdateView {
    /// Its id.
    pub id: String,
    /// Number of the report.
    pub number: String,
    /// The report's state after it.
    pub openness: Openness,
    /// Our own, finer state after it.
    pub state: &'static str,
    /// What was said.
    pub description: String,
    /// When.
    pub at: Timestamp,
    /// Address of its photo.
    pub media_url: Option<String>,
}

/// A list of updates.
pub fn updates(views: &[UpdateView], zone: Zone) -> Doc {
    let list = views.iter().map(|view| {
        Value::Fields(vec![
            ("update_id", Value::of(&view.id)),
            ("service_request_id", Value::of(&view.number)),
            ("status", Value::of(view.openness.word())),
            ("external_status_code", Value::of(view.state)),
            ("updated_datetime", Value::Text(iso(view.at, zone))),
            ("description", Value::of(&view.description)),
            ("media_url", Value::text(view.media_url.clone())),
        ])
    });
    Doc { root: "service_request_updates", value: Value::List("request_update", list.collect()) }
}

/// The answer to an update that was sent to us.
pub fn update_posted(id: &str) -> Doc {
    let fields = Value::Fields(vec![("update_id", Value::of(id))]);
    Doc { root: "service_request_updates", value: Value::List("request_update", vec![fields]) }
}

#[cfg(test)]
mod tests {
    use crate::model::Question;
    use crate::model::question::{Choice, DataType};

    use super::super::doc::Format;
    use super::*;

    fn lamp(questions: Vec<Question>) -> ServiceView {
        let questions = Questions(questions);
        ServiceView {
            code: "lampu_jalan".into(),
            name: "Lampu jalan".into(),
            description: "Lampu jalan mati".into(),
            keywords: "lampu, gelap".into(),
            group: "Jalan".into(),
            questions,
            lang: Lang::Id,
        }
    }

    fn question() -> Question {
        Question {
            code: "JUMLAH".into(),
            datatype: DataType::One,
            required: true,
            description: "Berapa lampu?".into(),
            description_en: String::new(),
            hint: String::new(),
            values: vec![Choice { key: "1".into(), name: "Satu".into(), name_en: String::new() }],
        }
    }

    #[test]
    fn discovery_and_definition_are_objects_and_everything_else_is_an_array() {
        let discovery = discovery(&Discovery {
            contact: "c".into(),
            key_service: "k".into(),
            production_url: "http://x/open311/v2".into(),
            test_url: "http://x/open311/test/v2".into(),
        });
        let json: serde_json::Value = serde_json::from_str(&discovery.render(Format::Json)).expect("json");
        assert_eq!(json["endpoints"].as_array().map(Vec::len), Some(2));
        assert_eq!(json["endpoints"][1]["type"], "test");
        assert!(discovery.render(Format::Xml).contains("<formats><format>text/xml</format>"));
        assert_eq!(
            definition(&lamp(Vec::new())).render(Format::Json),
            r#"{"service_code":"lampu_jalan","attributes":[]}"#
        );
        for doc in [
            services(&[]),
            requests(&[], Zone::Wita, false),
            updates(&[], Zone::Wita),
            token("a", "b"),
            update_posted("c"),
        ] {
            assert!(doc.render(Format::Json).starts_with('['), "{}", doc.root);
        }
    }

    #[test]
    fn metadata_is_a_real_boolean_and_true_only_with_questions() {
        assert!(services(&[lamp(Vec::new())]).render(Format::Json).contains(r#""metadata":false"#));
        assert!(services(&[lamp(vec![question()])]).render(Format::Json).contains(r#""metadata":true"#));
        let xml = definition(&lamp(vec![question()])).render(Format::Xml);
        assert!(xml.contains("<values><value><key>1</key><name>Satu</name></value></values>"), "{xml}");
        assert!(xml.contains("<order>1</order>"));
    }

    #[test]
    fn an_answer_to_a_post_names_number_and_token() {
        assert_eq!(
            posted("LUTRA-2611-0001", "t", None, None).render(Format::Json),
            r#"[{"service_request_id":"LUTRA-2611-0001","token":"t","service_notice":null,"account_id":null}]"#
        );
    }
}
