//! What leaves as an EIDO holds to the standard's field list, and comes back as the incident that it was.

use axum::http::StatusCode;
use serde_json::{Value, json};
use simpul_emergency::model::seed_cards::COMMON_CODES;

use crate::api::line;

const FIELDS: &str = include_str!("eido/fields.txt");

/// The fields of a type: name, whether it is required, kind.
fn fields(of: &str) -> Vec<(&'static str, bool, &'static str)> {
    let rows = FIELDS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect::<Vec<_>>());
    let own = rows.filter(|row| row[0] == of || row[0] == "Prologue");
    own.map(|row| (row[1].trim_end_matches('!'), row[1].ends_with('!'), row[2])).collect()
}

/// Everything that is wrong with a component, and the references that it makes.
fn check(of: &str, value: &Value, place: &str, wrong: &mut Vec<String>, refs: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        wrong.push(format!("{place} is no object"));
        return;
    };
    let known = fields(of);
    for (name, required, _) in &known {
        if *required && !object.contains_key(*name) {
            wrong.push(format!("{place}.{name} is missing"));
        }
    }
    for (name, value) in object {
        match known.iter().find(|(known, ..)| known == name) {
            Some((_, _, kind)) => kind_of(kind, value, &format!("{place}.{name}"), wrong, refs),
            None => wrong.push(format!("{place}.{name} is unknown")),
        }
    }
}

fn kind_of(kind: &str, value: &Value, place: &str, wrong: &mut Vec<String>, refs: &mut Vec<String>) {
    if let Some(one) = kind.strip_suffix("[]") {
        match value.as_array() {
            Some(list) if !list.is_empty() => {
                list.iter().for_each(|value| kind_of(one, value, place, wrong, refs));
            }
            _ => wrong.push(format!("{place} is no list with something in it")),
        }
        return;
    }
    let text = value.as_str();
    let good = match kind {
        "string" => text.is_some_and(|text| !text.is_empty()),
        "bool" => value.is_boolean(),
        "time" => text.is_some_and(|text| text.len() >= 20 && text.as_bytes()[10] == b'T'),
        "apco" => text.is_some_and(|text| COMMON_CODES.contains(&text)),
        "priority" => value.as_i64().is_some_and(|number| (0..=10).contains(&number)),
        "ref" => {
            refs.extend(value["$ref"].as_str().map(str::to_owned));
            value["$ref"].is_string()
        }
        kind if kind.starts_with("enum:") => {
            text.is_some_and(|text| kind[5..].split('|').any(|one| one.replace('~', " ") == text))
        }
        component => {
            check(component, value, place, wrong, refs);
            true
        }
    };
    if !good {
        wrong.push(format!("{place} is no {kind}: {value}"));
    }
}

/// Every `$id` of the object.
fn ids(object: &Value) -> Vec<String> {
    let list = object.as_object().unwrap().values();
    let components = list.flat_map(|value| match value {
        Value::Array(all) => all.clone(),
        other => vec![other.clone()],
    });
    components.filter_map(|one| one["$id"].as_str().map(str::to_owned)).collect()
}

fn assert_holds(object: &Value) {
    let (mut wrong, mut refs) = (Vec::new(), Vec::new());
    check("Root", object, "eido", &mut wrong, &mut refs);
    let ids = ids(object);
    wrong.extend(refs.iter().filter(|id| !ids.contains(id)).map(|id| format!("nothing has the id {id}")));
    assert!(wrong.is_empty(), "{wrong:#?}\n{object:#}");
}

#[tokio::test]
async fn an_incident_with_calls_units_and_a_merge_holds_to_the_field_list() {
    let mut line = line().await;
    let mut word = line.word("answered");
    word["queue"] = json!("112");
    let call = line.tell(&word).await.json()["id"].clone();
    let body = json!({ "type": "structure_fire", "lat": -2.55, "lon": 120.33, "radius_m": 30, "landmark": "SD 101",
        "call": call, "note": "Api dari dapur" });
    let id = line.post("incidents", body).await.json()["id"].as_str().unwrap().to_owned();
    let units = line.get("units").await;
    line.post(&format!("incidents/{id}/dispatches"), json!({ "units": [units["units"][0]["id"]] })).await;
    let other = json!({ "type": "structure_fire", "landmark": "SD 101" });
    let other = line.post("incidents", other).await.json()["id"].as_str().unwrap().to_owned();
    line.post(&format!("incidents/{other}/merge"), json!({ "into": id })).await;

    let object = line.get(&format!("incidents/{id}/eido")).await;
    assert_holds(&object);
    let incident = &object["incidentComponent"];
    assert_eq!(incident["incidentTypeCommonRegistryText"], "FSTRU");
    assert_eq!(incident["incidentCommonPriorityNumber"], 10, "our 1 is their 10");
    assert_eq!(object["mergeComponent"][0]["incidentMergeDirectionCode"], "REPLACING");
    assert_eq!(object["emergencyResourceComponent"][0]["emergencyResourceName"], "DK-1");
    assert!(!object.to_string().contains("0812"), "callers' numbers are no part of it");

    let replaced = line.get(&format!("incidents/{other}/eido")).await;
    assert_holds(&replaced);
    assert_eq!(replaced["mergeComponent"][0]["incidentMergeDirectionCode"], "REPLACED");
    assert_eq!(replaced["mergeComponent"][0]["incidentTrackingIdentifier"], object["$id"]);
}

#[tokio::test]
async fn what_another_centre_tells_opens_one_incident_however_often_it_is_told() {
    let mut line = line().await;
    let body = json!({ "type": "flood", "lat": -2.55, "lon": 120.33, "radius_m": 50, "landmark": "Jembatan",
        "priority": 1, "note": "Air naik" });
    let id = line.post("incidents", body).await.json()["id"].as_str().unwrap().to_owned();
    let mut object = line.get(&format!("incidents/{id}/eido")).await;
    let own = line.post("eido", object.clone()).await;
    assert_eq!((own.status, own.json()["id"].as_str()), (StatusCode::OK, Some(id.as_str())), "our own word came back");
    // As a neighbour would send it: another id, and no word of ours.
    object["$id"] = json!("urn:emergency:uid:incidentid:77:psap.contoh.invalid");
    object["incidentComponent"].as_object_mut().unwrap().remove("incidentTypeInternalCode");
    object["incidentComponent"]["incidentTypeCommonRegistryText"] = json!("FSTRU");
    let opened = line.post("eido", object.clone()).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
    let again = line.post("eido", object.clone()).await;
    assert_eq!(again.json()["id"], opened.json()["id"]);
    let read = line.get(&format!("incidents/{}", opened.json()["id"].as_str().unwrap())).await;
    assert_eq!((&read["type"], &read["priority"]), (&json!("structure_fire"), &json!(1)));
    assert_eq!((&read["point"]["lat"], &read["landmark"]), (&json!(-2.55), &json!("Jembatan")));

    object["incidentComponent"]["incidentTypeCommonRegistryText"] = json!("ALIEN");
    object["$id"] = json!("urn:emergency:uid:incidentid:78:psap.contoh.invalid");
    let unknown = line.post("eido", object.clone()).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unknown.text);
    object.as_object_mut().unwrap().remove("agencyComponent");
    let missing = line.post("eido", object).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text.contains("agencyComponent"), "{}", missing.text);
}
