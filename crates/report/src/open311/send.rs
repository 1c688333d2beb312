//! What clients send: new requests, and updates of old ones.

use std::sync::Arc;

use serde_json::json;
use sha2::{Digest, Sha256};
use simpul_kernel::format::iso;
use simpul_kernel::geo::Point;
use simpul_kernel::limits::PHOTOS_PER_REPORT_MAX_COUNT;
use simpul_kernel::{Refusal, mask};
use simpul_people::Snapshot;
use simpul_shell::{ApiBody, ApiClient, ApiError, IdempotencyKey, KeyLater, Open311Scope};
use uuid::Uuid;

use super::answer;
use super::call::{Call, Endpoint, Failure, desk, viewing};
use super::doc::Doc;
use super::fault::Faults;
use super::form::Fields;
use super::search::Openness;
use super::submit::{NewRequest, NewUpdate, Place as GivenPlace, new_request, new_update};
use super::view::openness;
use super::when::offset_of;
use crate::actions::{AddOutsideNote, PhotoFault, Reporter, SubmitFrom, SubmitReport, keep_photo};
use crate::desk::Desk;
use crate::gate::{self, Known};
use crate::model::{Answers, Category, PhotoRef, Place, Source, call, hex, read_number};
use crate::outside::{UPDATE_ID, key_of, once};
use crate::sql;

type Client = ApiClient<Open311Scope>;

/// The client behind the key, which may stand in the form.
async fn client(later: KeyLater<Open311Scope>, fields: &Fields) -> Result<Client, Failure> {
    later.client(fields.get("api_key")).await.map_err(|error| match error.trouble().says.key {
        "shell.trouble.key_missing" => Faults::key_missing().into(),
        "shell.trouble.key_unknown" | "shell.trouble.key_scope" => Faults::key_wrong().into(),
        _ => Failure::Trouble(error),
    })
}

/// POST `/requests` and `/servicerequestupdates`.
pub async fn top(
    later: KeyLater<Open311Scope>,
    mut call: Call,
    idempotency: Result<IdempotencyKey, ApiError>,
    body: ApiBody,
) -> (Call, Result<Doc, Failure>) {
    call.fields = Fields::from(&body.fields).and(call.fields);
    let answered = match call.name.as_str() {
        "requests" => request(later, &call, idempotency, &body).await,
        "servicerequestupdates" => update(later, &call, idempotency, &body).await,
        "discovery" | "services" => Err(Faults::only_read().into()),
        _ => Err(Faults::one(404, "path: there is no such resource in GeoReport v2").into()),
    };
    (call, answered)
}

async fn request(
    later: KeyLater<Open311Scope>,
    call: &Call,
    idempotency: Result<IdempotencyKey, ApiError>,
    body: &ApiBody,
) -> Result<Doc, Failure> {
    let client = client(later, &call.fields).await?;
    call.check_jurisdiction(client.region())?;
    let mut conn = client.read().await?;
    let desk = desk(&client, &mut conn).await?;
    drop(conn);
    let category = call.fields.get("service_code").map(|code| active(&desk, code)).transpose()?.cloned();
    let new = new_request(&call.fields)?;
    let category = category.ok_or_else(|| Faults::not_found("service_code"))?;
    let place = place(&client.place, &new)?;
    check_answers(&client, &category, &new)?;
    let key = idempotency?;
    let action = SubmitReport {
        key: client.ctx.new_id(),
        desk: Arc::new(desk),
        category: category.code.clone(),
        place,
        text: if new.description.is_empty() { category.name_id.clone() } else { new.description.clone() },
        photos: photos(&client, call.endpoint, body).await?,
        reporter: reporter(&new),
        source: Source::Open311,
        foreign_id: None,
        media_url: new.media_url.clone(),
        attributes: answers(&new).to_json(),
        previous: None,
    };
    let desk = action.desk.clone();
    let notice = |due| Some(viewing(&client, &desk).notice(due));
    if call.endpoint == Endpoint::Test {
        action.check().map_err(|refusal| refused(&client, refusal.into()))?;
        let id = client.ctx.new_id();
        let due = category.deadlines(&client.place.calendar, client.now()).verify;
        return Ok(answer::posted(&test_number(id), &id.to_string(), notice(due), new.account_id));
    }
    let Reporter { phone, email, .. } = &action.reporter;
    let (phone, email) = (phone.as_deref().unwrap_or_default(), email.as_deref().unwrap_or_default());
    let known = Known { phone, email, api_key: Some(client.key.id), browser: None };
    let senders = gate::pass(&client.site, known).await.map_err(|error| refused(&client, error))?;
    let action = SubmitFrom { report: action, senders };
    let submitted = once(&client, &key, &asked(call, body), action).await;
    let submitted = submitted.map_err(|error| refused(&client, error))?;
    Ok(answer::posted(&submitted.number, &submitted.id.to_string(), notice(submitted.verify_due), new.account_id))
}

/// What the client asks for, without its key, which may be renewed between two tries: fields, and digests of files.
fn asked<'a>(call: &'a Call, body: &ApiBody) -> (Vec<&'a (String, String)>, Vec<String>) {
    let files = body.files.iter().map(|file| hex(&Sha256::digest(&file.bytes)));
    (call.fields.without("api_key").collect(), files.collect())
}

fn active<'a>(desk: &'a Desk, code: &str) -> Result<&'a Category, Faults> {
    desk.category(code).filter(|category| category.active).ok_or_else(|| Faults::not_found("service_code"))
}

/// The number that the test endpoint gives for a token: no real report has one like it.
pub fn test_number(token: Uuid) -> String {
    let digits = token.simple().to_string().to_uppercase();
    format!("UJI-{}", &digits[digits.len() - 8..])
}

/// The place as ours: a point must lie in the region where its boundary is known, and finds its village itself.
fn place(snapshot: &Snapshot, new: &NewRequest) -> Result<Place, Faults> {
    let words = new.address.clone().unwrap_or_default();
    let (named_village, named_district) = match &new.address_id {
        Some(id) => area(snapshot, id)?,
        None => (None, None),
    };
    match &new.place {
        GivenPlace::Degrees(lat, long) => {
            let both = |says: &str| Faults::fields(vec![("lat", says.to_owned()), ("long", says.to_owned())]);
            let point = Point::from_degrees(*lat, *long).map_err(|error| both(&error.to_string()))?;
            if snapshot.inside(point) == Some(false) {
                return Err(both("lies outside the boundary of this jurisdiction"));
            }
            // The point knows best where boundaries are known; without them the code is all that is known.
            let village = snapshot.village_at(point);
            let district = village.map(|village| village.district);
            let district = district.or_else(|| snapshot.district_at(point).map(|district| district.code));
            let (village, district) = match district {
                Some(district) => (village.map(|village| village.code), Some(district)),
                None => (named_village, named_district),
            };
            Ok(Place { village, district, point: Some(point), accuracy_m: None, landmark: words })
        }
        GivenPlace::AddressId(_) => {
            Ok(Place { village: named_village, district: named_district, landmark: words, ..Place::default() })
        }
        GivenPlace::Words(words) => Ok(Place { landmark: words.clone(), ..Place::default() }),
    }
}

/// Village and district of an area's code.
fn area(snapshot: &Snapshot, id: &str) -> Result<(Option<i64>, Option<i64>), Faults> {
    let code: Option<i64> = id.replace('.', "").parse().ok();
    if let Some(village) = code.and_then(|code| snapshot.village(code)) {
        return Ok((Some(village.code), Some(village.district)));
    }
    match code.and_then(|code| snapshot.district(code)) {
        Some(district) => Ok((None, Some(district.code))),
        None => {
            let says = "is no code of a village or district of this jurisdiction".to_owned();
            Err(Faults::fields(vec![("address_id", says)]))
        }
    }
}

/// Everything that is wrong with the answers, and whom to call instead where the service takes no reports.
fn check_answers(client: &Client, category: &Category, new: &NewRequest) -> Result<(), Faults> {
    if let Some(stopped) = call::stopped(category, &client.region().settings, client.lang) {
        return Err(Faults::fields(vec![("service_code", client.says(&stopped))]));
    }
    let checked = category.questions.take(client.lang, &answers(new));
    let says = |wrong: &Refusal| ("attribute", client.says(wrong));
    checked.map(drop).map_err(|wrong| Faults::fields(wrong.iter().map(says).collect()))
}

/// Answers to extra questions. A telephone number that is none of
/// ours (another country, a made-up one) can get no news, so it stands here for the officer to see.
fn answers(new: &NewRequest) -> Answers {
    let mut answers = Answers::default();
    if let Some(phone) = new.phone.as_deref().filter(|phone| mask::normalise_phone(phone).is_none()) {
        answers.add("phone", phone);
    }
    for (code, value) in &new.attributes {
        answers.add(code, value);
    }
    answers
}

/// Whoever gave a name or a number is a named reporter; nothing of it is ever shown in public.
fn reporter(new: &NewRequest) -> Reporter {
    let phone = new.phone.clone().filter(|phone| mask::normalise_phone(phone).is_some());
    Reporter { mode: None, name: new.name.clone(), phone, email: new.email.clone() }
}

/// Keeps the pictures that came with the form, whatever their fields are called.
async fn photos(client: &Client, endpoint: Endpoint, body: &ApiBody) -> Result<Vec<PhotoRef>, Failure> {
    if body.files.len() > PHOTOS_PER_REPORT_MAX_COUNT {
        let says = format!("more than {PHOTOS_PER_REPORT_MAX_COUNT} pictures came");
        return Err(Faults::fields(vec![("media", says)]).into());
    }
    let mut photos = Vec::new();
    for file in &body.files {
        if file.too_big {
            return Err(Faults::fields(vec![("media", "is larger than 8 MB".to_owned())]).into());
        }
        if endpoint == Endpoint::Test {
            continue;
        }
        let kept = keep_photo(&client.app.db, client.region().id, file.bytes.to_vec()).await;
        photos.push(kept.map_err(|fault| match fault {
            PhotoFault::Picture(error) => Faults::fields(vec![("media", error.to_string())]).into(),
            PhotoFault::Store(error) => Failure::from(error),
        })?);
    }
    Ok(photos)
}

/// A refusal of the room in the standard's shape, with the standard's name for the field.
fn refused(client: &Client, error: simpul_store::Error) -> Failure {
    let simpul_store::Error::Refused(refusal) = error else { return error.into() };
    let says = client.says(&refusal);
    let field = match refusal.field {
        Some("category") => "service_code",
        Some("village" | "district" | "place" | "point") => "lat",
        Some("text" | "body") => "description",
        Some("photo" | "photos") => "media",
        Some("landmark") => "address_string",
        Some("answers") => "attribute",
        Some(other) => other,
        None => "request",
    };
    Faults::fields(vec![(field, says)]).into()
}

/// POST `/servicerequestupdates`: a word from another system about a report of ours. It never moves the report's
/// state, which only an officer or the reporter may; what the sender says of the state stands in the words.
async fn update(
    later: KeyLater<Open311Scope>,
    call: &Call,
    idempotency: Result<IdempotencyKey, ApiError>,
    body: &ApiBody,
) -> Result<Doc, Failure> {
    let client = client(later, &call.fields).await?;
    call.check_jurisdiction(client.region())?;
    let new = new_update(&call.fields, offset_of(client.region().zone))?;
    let not_found = || Faults::not_found("service_request_id");
    let number = read_number(&client.region().prefix, &new.request).ok_or_else(not_found)?;
    let mut conn = client.read().await?;
    let report = sql::by_number(&mut conn, &number).await?.filter(|report| report.is_public());
    drop(conn);
    let report = report.ok_or_else(not_found)?;
    // The sender's own id makes a second sending the same update, as a key does; without both each is its own.
    let once_key = idempotency?;
    let key = match &new.update_id {
        Some(id) => key_of(client.key.id, &number, id),
        None => once_key.uuid(client.key.id).unwrap_or_else(|| client.ctx.new_id()),
    };
    if call.endpoint == Endpoint::Test {
        return Ok(answer::update_posted(&key.to_string()));
    }
    let text = words(&client, &new, openness(report.status()));
    let photos = photos(&client, call.endpoint, body).await?;
    // The id that the sender is given is kept with the event, so that it knows its own update when it lists them.
    let written = new.at.map(|at| iso(at, client.region().zone));
    let detail = json!({ UPDATE_ID: key, "said": new.status.map(Openness::word), "written": written });
    let action = AddOutsideNote { key, report: report.id, text, photos, detail };
    let done = match &new.update_id {
        Some(_) => client.write(action).await,
        None => once(&client, &once_key, &asked(call, body), action).await,
    };
    done.map_err(|error| refused(&client, error))?;
    Ok(answer::update_posted(&key.to_string()))
}

/// What the update says; where the sender sees the report's state otherwise than we do, that too; and the address of
/// its picture, which stands in the words since words can be erased.
fn words(client: &Client, new: &NewUpdate, ours: Openness) -> String {
    let theirs = new.status.filter(|theirs| *theirs != ours || new.description.is_empty());
    let state = theirs.map(|theirs| {
        let key = match (theirs, new.fixed) {
            (Openness::Open, _) => "report.open311.says_open",
            (Openness::Closed, true) => "report.open311.says_fixed",
            (Openness::Closed, false) => "report.open311.says_closed",
        };
        // Kept in the region's own language, as the words stand in the report's history for everyone.
        client.app.catalogue.text(simpul_kernel::format::Lang::Id, key, &[])
    });
    let said = Some(new.description.clone()).filter(|text| !text.is_empty());
    let parts: Vec<String> = [said, state, new.media_url.clone()].into_iter().flatten().collect();
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_report_has_a_number_of_the_test_endpoint() {
        let number = test_number(Uuid::from_u128(0xABCD));
        assert_eq!(number, "UJI-0000ABCD");
        assert_eq!(read_number("LUTRA", &number), None);
    }
}
