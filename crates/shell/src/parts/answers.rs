//! What a form holds for its controls: what was typed into each field, and what was wrong with it.

use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;

use crate::{App, Fields, Site};

/// A sentence about a field, or about the whole form.
#[derive(Debug, Clone)]
pub(crate) struct Mistake {
    pub(crate) field: Option<String>,
    pub(crate) text: String,
}

/// What was typed and what was refused, with the words to say it.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    app: App,
    lang: Lang,
    pub(crate) fields: Fields,
    pub(crate) mistakes: Vec<Mistake>,
}

impl Answers {
    pub(crate) fn new(site: &Site, fields: Fields, refusals: &[Refusal]) -> Answers {
        let mistakes =
            refusals.iter().map(|refusal| Mistake { field: refusal.control(), text: site.says(refusal) }).collect();
        Answers { app: site.app.clone(), lang: site.lang, fields, mistakes }
    }

    pub(crate) fn t(&self, key: &str) -> String {
        self.app.catalogue.text(self.lang, key, &[])
    }

    pub(crate) fn mistake(&self, name: &str) -> Option<&str> {
        self.mistakes.iter().find(|mistake| mistake.field.as_deref() == Some(name)).map(|mistake| mistake.text.as_str())
    }

    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.fields.all(name)
    }
}
