//! The packing that slides, letters and workbooks share: parts in a ZIP, what each is, and how they refer to each other
//! (ECMA-376 part 2, Open Packaging Conventions).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write};

use simpul_kernel::Timestamp;
use time::OffsetDateTime;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::picture::{Picture, PictureKind};
use crate::xml;

/// Beginning of the kinds of relationship.
pub const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
/// The kind of part that says who made it and when.
const CORE_TYPE: &str = "application/vnd.openxmlformats-package.core-properties+xml";

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("packing: {0}")]
pub struct PackageError(#[from] zip::result::ZipError);

impl From<std::io::Error> for PackageError {
    fn from(error: std::io::Error) -> PackageError {
        PackageError(error.into())
    }
}

/// A part's way to another.
#[derive(Debug, Clone)]
struct Relation {
    kind: String,
    target: String,
}

struct Part {
    name: String,
    content_type: Option<String>,
    bytes: Vec<u8>,
    relations: Vec<Relation>,
}

/// The relations of one part; the first is called `rId1`.
#[derive(Debug, Clone, Default)]
pub struct Relations(Vec<Relation>);

impl Relations {
    /// Adds a way to the part at `target` (seen from the part's own folder) and returns its id.
    pub fn add(&mut self, kind: &str, target: &str) -> String {
        let known = self.0.iter().position(|relation| relation.kind == kind && relation.target == target);
        let index = known.unwrap_or_else(|| {
            self.0.push(Relation { kind: kind.to_owned(), target: target.to_owned() });
            self.0.len() - 1
        });
        format!("rId{}", index + 1)
    }
}

/// A file of parts.
#[derive(Default)]
pub struct Package {
    parts: Vec<Part>,
    relations: Relations,
    media: Vec<Picture>,
}

impl Package {
    /// Adds a part of XML.
    pub fn add(&mut self, name: &str, content_type: &str, xml: String, relations: Relations) {
        self.parts.push(Part {
            name: name.to_owned(),
            content_type: Some(content_type.to_owned()),
            bytes: xml.into_bytes(),
            relations: relations.0,
        });
    }

    /// Names the part that a program opens first.
    pub fn opens_with(&mut self, name: &str) {
        self.relations.add(&format!("{OFFICE}/officeDocument"), name);
    }

    /// The picture's name in the folder of media; the same bytes stand there once.
    pub fn picture(&mut self, picture: &Picture) -> String {
        let known = self.media.iter().position(|other| other == picture);
        let index = known.unwrap_or_else(|| {
            self.media.push(picture.clone());
            self.media.len() - 1
        });
        format!("image{}.{}", index + 1, picture.kind().extension())
    }

    /// Writes the title, the language and the moment into the file's properties.
    pub fn describe(&mut self, title: &str, language: &str, made_at: Timestamp) {
        let made = OffsetDateTime::from_unix_timestamp(made_at.unix_seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (date, hour, minute, second) = (made.date(), made.hour(), made.minute(), made.second());
        let moment = format!("{date}T{hour:02}:{minute:02}:{second:02}Z");
        let core = format!(
            "{}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>\
             <dc:language>{language}</dc:language>\
             <dcterms:created xsi:type=\"dcterms:W3CDTF\">{moment}</dcterms:created>\
             <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{moment}</dcterms:modified></cp:coreProperties>",
            xml::HEAD,
            xml::line(title)
        );
        self.add("docProps/core.xml", CORE_TYPE, core, Relations::default());
        let kind = format!("{PACKAGE}/relationships/metadata/core-properties");
        self.relations.add(&kind, "docProps/core.xml");
    }

    /// The file. `folder` is where its media stand, such as `ppt/media`.
    ///
    /// # Errors
    /// When the ZIP can't be written.
    pub fn finish(mut self, folder: &str) -> Result<Vec<u8>, PackageError> {
        for (index, picture) in self.media.iter().enumerate() {
            let name = format!("{folder}/image{}.{}", index + 1, picture.kind().extension());
            let bytes = picture.bytes().to_vec();
            self.parts.push(Part { name, content_type: None, bytes, relations: Vec::new() });
        }
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        write(&mut zip, "[Content_Types].xml", self.content_types().as_bytes(), true)?;
        write(&mut zip, "_rels/.rels", relations_xml(&self.relations.0).as_bytes(), true)?;
        for part in &self.parts {
            write(&mut zip, &part.name, &part.bytes, part.content_type.is_some())?;
            if !part.relations.is_empty() {
                let (folder, name) = part.name.rsplit_once('/').unwrap_or(("", &part.name));
                let path = format!("{folder}/_rels/{name}.rels");
                write(&mut zip, &path, relations_xml(&part.relations).as_bytes(), true)?;
            }
        }
        Ok(zip.finish()?.into_inner())
    }

    fn content_types(&self) -> String {
        let mut out = format!(
            "{}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>",
            xml::HEAD
        );
        let kinds: BTreeSet<PictureKind> = self.media.iter().map(Picture::kind).collect();
        for kind in kinds {
            let (extension, media_type) = (kind.extension(), kind.media_type());
            let _ = write!(out, "<Default Extension=\"{extension}\" ContentType=\"{media_type}\"/>");
        }
        for part in &self.parts {
            if let Some(content_type) = &part.content_type {
                let name = &part.name;
                let _ = write!(out, "<Override PartName=\"/{name}\" ContentType=\"{content_type}\"/>");
            }
        }
        out.push_str("</Types>");
        out
    }
}

fn relations_xml(relations: &[Relation]) -> String {
    let mut out = format!("{}<Relationships xmlns=\"{PACKAGE}/relationships\">", xml::HEAD);
    for (index, Relation { kind, target }) in relations.iter().enumerate() {
        let id = index + 1;
        let _ = write!(out, "<Relationship Id=\"rId{id}\" Type=\"{kind}\" Target=\"{target}\"/>");
    }
    out.push_str("</Relationships>");
    out
}

/// Every entry bears the same date, so that the same data give the same bytes.
fn write(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8], pack: bool) -> Result<(), PackageError> {
    let method = if pack { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
    zip.start_file(name, options)?;
    zip.write_all(bytes)?;
    Ok(())
}

#[cfg(test)]
pub mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::io::{Cursor, Read};

    use quick_xml::events::Event;

    /// The parts of a file, by name.
    pub fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut parts = BTreeMap::new();
        for index in 0..zip.len() {
            let mut part = zip.by_index(index).unwrap();
            let mut content = Vec::new();
            part.read_to_end(&mut content).unwrap();
            assert!(parts.insert(part.name().unwrap().to_string(), content).is_none(), "a name stands once");
        }
        parts
    }

    /// Every element of a part with its attributes, read by a strict reader.
    pub fn elements(part: &[u8]) -> Vec<(String, BTreeMap<String, String>)> {
        let text = std::str::from_utf8(part).unwrap();
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut found, mut depth) = (Vec::new(), 0);
        loop {
            let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}"));
            match event {
                Event::Start(ref tag) | Event::Empty(ref tag) => {
                    if matches!(event, Event::Start(_)) {
                        depth += 1;
                    }
                    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                    let attributes = tag.attributes().map(|attribute| {
                        let attribute = attribute.unwrap();
                        (read(attribute.key.as_ref().as_ref()), read(attribute.value.as_ref().as_ref()))
                    });
                    found.push((read(tag.name().as_ref().as_ref()), attributes.collect()));
                }
                Event::End(_) => depth -= 1,
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0, "every element is closed");
        found
    }

    fn resolve(folder: &str, target: &str) -> String {
        let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
        for step in target.split('/') {
            match step {
                ".." => drop(path.pop()),
                step => path.push(step),
            }
        }
        path.join("/")
    }

    /// Holds a file against what every program asks of one: each part is named and well formed, each relation leads to
    /// a part, each id that a part uses is a relation of it, and each part is reached by one.
    pub fn check(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
        let parts = parts(bytes);
        let types = elements(&parts["[Content_Types].xml"]);
        let of = |element: &str, key: &str| -> BTreeSet<String> {
            types.iter().filter(|(name, _)| name == element).map(|(_, held)| held[key].clone()).collect()
        };
        let (named, by_ending) = (of("Override", "PartName"), of("Default", "Extension"));
        for name in &named {
            assert!(parts.contains_key(name.trim_start_matches('/')), "{name} is named and missing");
        }
        let mut reached = BTreeSet::new();
        for (name, part) in &parts {
            if name.ends_with(".xml") || name.ends_with(".rels") {
                elements(part);
            }
            let ending = name.rsplit('.').next().unwrap_or_default();
            assert!(name == "[Content_Types].xml" || by_ending.contains(ending), "{name} has no kind");
            if name.ends_with(".xml") && name != "[Content_Types].xml" {
                assert!(named.contains(&format!("/{name}")), "{name} has no kind of its own");
            }
            if let Some((folder, own)) = name.rsplit_once("_rels/") {
                let ids: Vec<String> = elements(part)
                    .iter()
                    .filter(|(name, _)| name == "Relationship")
                    .map(|(_, held)| {
                        let target = resolve(folder, &held["Target"]);
                        assert!(parts.contains_key(&target), "{name} leads to {target}, which is not there");
                        reached.insert(target);
                        held["Id"].clone()
                    })
                    .collect();
                assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands once in {name}");
                if let Some(source) = own.strip_suffix(".rels").filter(|own| !own.is_empty()) {
                    let used = elements(&parts[&format!("{folder}{source}")]);
                    for (_, held) in used {
                        for key in ["r:id", "r:embed"] {
                            assert!(
                                held.get(key).is_none_or(|id| ids.contains(id)),
                                "{source} uses {:?}",
                                held.get(key)
                            );
                        }
                    }
                }
            }
        }
        for name in parts.keys().filter(|name| !name.ends_with(".rels") && *name != "[Content_Types].xml") {
            assert!(reached.contains(name), "nothing leads to {name}");
        }
        parts
    }
}
