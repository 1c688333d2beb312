//! As much of HTML as a trial reads from our own pages: tags with quoted attributes, forms, texts. What is not
//! well-formed fails, so a text that breaks out of its place is found.

/// A form of a page.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// `get` or `post`.
    pub method: String,
    /// Where it is sent.
    pub action: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub name: String,
    pub value: String,
    pub kind: String,
}

/// A tag or the text up to the next one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

/// What the page's entities stand for.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end <= 8);
        let Some(end) = end else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let name = &rest[1..end];
        let code = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16).ok());
        let code = code.or_else(|| name.strip_prefix('#').map(|number| number.parse().ok())).flatten();
        let char = code.and_then(char::from_u32).or(match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some('\u{a0}'),
            _ => None,
        });
        match char {
            Some(char) => out.push(char),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

/// The page as tags and texts, with entities resolved.
pub(crate) fn tokens(html: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            tokens.push(Token::Text(unescape(&rest[..at])));
        }
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((tag, after)) = tag(rest) else {
            tokens.push(Token::Text("<".to_owned()));
            rest = &rest[1..];
            continue;
        };
        // What a script or a style holds is not markup.
        let raw = matches!(&tag, Token::Open(name, _) if name == "script" || name == "style");
        tokens.push(tag);
        rest = if raw { &after[after.find("</").unwrap_or(after.len())..] } else { after };
    }
    tokens.push(Token::Text(unescape(rest)));
    tokens
}

fn tag(text: &str) -> Option<(Token, &str)> {
    let inner = text.strip_prefix('<')?;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let letters = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-' || *b == b'!').count();
    let (name, mut rest) = inner.split_at(letters);
    if name.is_empty() {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            let name = name.to_ascii_lowercase();
            let token = if closing { Token::Close(name) } else { Token::Open(name, attributes) };
            return Some((token, after));
        }
        rest = rest.strip_prefix('/').unwrap_or(rest);
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))?;
        let (key, after) = rest.split_at(end);
        rest = after.trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next()?;
            if quote == '"' || quote == '\'' {
                let (inside, after) = after[1..].split_once(quote)?;
                value = unescape(inside);
                rest = after;
            } else {
                let end = after.find(|c: char| c.is_whitespace() || c == '>')?;
                value = unescape(&after[..end]);
                rest = &after[end..];
            }
        }
        if !key.is_empty() {
            attributes.push((key.to_ascii_lowercase(), value));
        }
    }
}

fn attribute(attributes: &[(String, String)], name: &str) -> String {
    attributes.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone())
}

/// The forms of a page that stands at `path`.
pub(crate) fn forms(html: &str, path: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    for token in tokens(html) {
        match token {
            Token::Open(name, attributes) if name == "form" => {
                let action = attribute(&attributes, "action");
                let action = if action.is_empty() { path.to_owned() } else { action };
                let method = attribute(&attributes, "method").to_lowercase();
                forms.push(Form { method, action, fields: Vec::new() });
                inside = true;
            }
            Token::Close(name) if name == "form" => inside = false,
            Token::Open(name, attributes) if inside && ["input", "select", "textarea", "button"].contains(&&*name) => {
                let field = Field {
                    name: attribute(&attributes, "name"),
                    value: attribute(&attributes, "value"),
                    kind: if name == "input" { attribute(&attributes, "type") } else { name },
                };
                let form = forms.last_mut().filter(|_| !field.name.is_empty());
                if let Some(form) = form {
                    form.fields.push(field);
                }
            }
            _ => {}
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_browser_reads_it() {
        let html = r#"<form method="post" action="/a?b=1&amp;c"><input type="hidden" name="x" value="&#60;&quot;">
            <p>a &lt; b</p></form>"#;
        let form = &forms(html, "/")[0];
        assert_eq!((form.method.as_str(), form.action.as_str()), ("post", "/a?b=1&c"));
        assert_eq!((form.fields[0].name.as_str(), form.fields[0].value.as_str()), ("x", "<\""));
        assert!(tokens(html).contains(&Token::Text("a < b".to_owned())));
    }
}
