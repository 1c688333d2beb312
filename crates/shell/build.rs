//! Makes the table of assets: every file of `assets/` and `vendor/` under a name that holds its digest, with its
//! compressed forms beside it, so that the server only picks one and the browser may keep it for good.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// Hexadecimal digits of the digest in a name: 40 bits, far beyond the number of versions a browser will ever hold.
const HASH_DIGITS: usize = 10;

/// Files beside the assets that nobody fetches.
const NOT_SERVED: [&str; 5] = ["md", "toml", "sha256", "json", "map"];

struct Asset {
    name: String,
    bytes: Vec<u8>,
    hashed: String,
    worker: bool,
}

fn main() -> io::Result<()> {
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("no manifest"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no out dir"))?);
    let mut files = BTreeMap::new();
    for folder in ["assets", "vendor"] {
        println!("cargo:rerun-if-changed={}", home.join(folder).display());
        gather(&home.join(folder), &mut files)?;
    }
    let assets = hashed(files)?;
    let kept = out.join("assets");
    fs::create_dir_all(&kept)?;
    let best = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let mut table = String::from("&[\n");
    for asset in &assets {
        table.push_str(&entry(asset, &kept, best)?);
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table)
}

/// All files below `folder`, by their name alone: names are unique, so that `page.asset("x.css")` is enough.
fn gather(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            gather(&path, files)?;
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let ending = name.rsplit('.').next().unwrap_or_default();
        if name.starts_with('.') || NOT_SERVED.contains(&ending) || !name.contains('.') {
            continue;
        }
        if files.insert(name.clone(), fs::read(&path)?).is_some() {
            return Err(io::Error::other(format!("two assets are called {name}")));
        }
    }
    Ok(())
}

/// Names every file by its digest, after the names of the files that it speaks of have been put into it.
fn hashed(mut files: BTreeMap<String, Vec<u8>>) -> io::Result<Vec<Asset>> {
    let names: BTreeSet<String> = files.keys().cloned().collect();
    let mut done: BTreeMap<String, String> = BTreeMap::new();
    let mut assets = Vec::new();
    while !files.is_empty() {
        let ready: Vec<String> =
            files.iter().filter(|(name, bytes)| waits_for(name, bytes, &names, &done).is_none()).map(key).collect();
        // Two scripts that import each other have no first one: one of them keeps plain names, which are served too.
        let ready = if ready.is_empty() { files.keys().take(1).cloned().collect() } else { ready };
        for name in ready {
            let bytes = files.remove(&name).unwrap_or_default();
            let bytes = if is_text(&name) { with_hashed_names(&name, bytes, &done) } else { bytes };
            let hashed = hashed_name(&name, &bytes);
            done.insert(name.clone(), hashed.clone());
            assets.push(Asset { worker: name == "sw.js", name, bytes, hashed });
        }
    }
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(assets)
}

fn key((name, _): (&String, &Vec<u8>)) -> String {
    name.clone()
}

fn is_text(name: &str) -> bool {
    matches!(name.rsplit('.').next(), Some("css" | "js" | "webmanifest" | "svg"))
}

/// Names are looked for as `/a/NAME`, not followed by a further letter of a name.
fn places(text: &str, name: &str) -> Vec<usize> {
    let needle = format!("/a/{name}");
    text.match_indices(&needle)
        .map(|(at, _)| at)
        .filter(|at| {
            let next = text.as_bytes().get(at + needle.len()).copied().unwrap_or(b' ');
            !(next.is_ascii_alphanumeric() || next == b'-' || next == b'_' || next == b'.')
        })
        .collect()
}

fn waits_for(name: &str, bytes: &[u8], names: &BTreeSet<String>, done: &BTreeMap<String, String>) -> Option<String> {
    let text = if is_text(name) { std::str::from_utf8(bytes).ok()? } else { return None };
    names.iter().find(|other| *other != name && !done.contains_key(*other) && !places(text, other).is_empty()).cloned()
}

fn with_hashed_names(own: &str, bytes: Vec<u8>, done: &BTreeMap<String, String>) -> Vec<u8> {
    let Ok(mut text) = String::from_utf8(bytes.clone()) else { return bytes };
    for (name, hashed) in done.iter().filter(|(name, _)| *name != own) {
        for at in places(&text, name).into_iter().rev() {
            text.replace_range(at + 3..at + 3 + name.len(), hashed);
        }
    }
    text.into_bytes()
}

fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    format!("{stem}-{}.{ending}", &digest[..HASH_DIGITS])
}

/// One line of the table. The compressed forms are kept from build to build, as the best compression takes seconds.
fn entry(asset: &Asset, kept: &Path, best: bool) -> io::Result<String> {
    let plain = kept.join(&asset.hashed);
    fs::write(&plain, &asset.bytes)?;
    let mut forms = Vec::new();
    for ending in ["br", "gz"] {
        let grade = if best { "best" } else { "quick" };
        let path = kept.join(format!("{}.{grade}.{ending}", asset.hashed));
        if !path.exists() {
            let packed = if ending == "br" { brotli(&asset.bytes, best)? } else { gzip(&asset.bytes, best)? };
            fs::write(&path, packed)?;
        }
        // A picture or font that hardly shrinks is sent as it is.
        let worth = fs::metadata(&path)?.len() * 20 < asset.bytes.len() as u64 * 19;
        forms.push(if worth { format!("Some(include_bytes!({path:?}))") } else { "None".to_owned() });
    }
    let mut line = String::new();
    writeln!(
        line,
        "Asset {{ name: {:?}, hashed: {:?}, worker: {}, plain: include_bytes!({plain:?}), br: {}, gz: {} }},",
        asset.name, asset.hashed, asset.worker, forms[0], forms[1]
    )
    .map_err(io::Error::other)?;
    Ok(line)
}

fn brotli(bytes: &[u8], best: bool) -> io::Result<Vec<u8>> {
    let quality = if best { 11 } else { 5 };
    let mut packed = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, quality, 22);
        writer.write_all(bytes)?;
        writer.flush()?;
    }
    Ok(packed)
}

fn gzip(bytes: &[u8], best: bool) -> io::Result<Vec<u8>> {
    let level = if best { flate2::Compression::best() } else { flate2::Compression::fast() };
    let mut writer = flate2::GzBuilder::new().mtime(0).write(Vec::new(), level);
    writer.write_all(bytes)?;
    writer.finish()
}
