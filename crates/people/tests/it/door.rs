use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::{Actor, ActorKind, Ctx, Grant, Role, limits};
use simpul_people::actions::{AddOfficer, RemoveSecondFactor, RevokeSession, RevokeSessionsOf, SetActive, SetGrants};
use simpul_people::second_factor::code_at;
use simpul_people::testing::House;
use simpul_people::{LinkFor, Must, NewOfficer, NewSession, SignIn, SignInAnswer, permits};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::{kinds, refusal};

const PASSWORD: &str = "hujan deras di masamba";

fn typed(login: &str, password: &str) -> SignIn {
    SignIn { login: login.into(), password: password.into(), address: "10.0.0.1".into(), agent: "test".into() }
}

async fn officer(house: &House, email: &str, role: Role) -> Uuid {
    let hash = house.doorman.hash_password(PASSWORD, &[]).await.unwrap();
    let officer = NewOfficer { name: "Andi".into(), email: email.into(), ..NewOfficer::default() };
    let grants = vec![Grant { role, agency: None }];
    let add = AddOfficer { officer, grants, password_hash: Some(hash), must_change_password: false };
    house.directory.write(&house.system(), add).await.unwrap()
}

fn as_officer(house: &House, id: Uuid, role: Role) -> Ctx {
    let grants = vec![Grant { role, agency: None }];
    house.test.ctx(Actor { kind: ActorKind::Officer(id), grants })
}

async fn welcome(house: &House, email: &str) -> NewSession {
    match house.doorman.sign_in(TEST_REGION, typed(email, PASSWORD)).await.unwrap() {
        SignInAnswer::Welcome(session) => session,
        other => panic!("{other:?}"),
    }
}

/// Enrols a second factor; answers its secret and the recovery codes.
async fn enrol(house: &House, ctx: &Ctx) -> (Vec<u8>, Vec<String>) {
    let chosen = house.doorman.begin_enrolment(ctx).await.unwrap();
    let secret = data_encoding::BASE32_NOPAD.decode(chosen.secret_base32.replace(' ', "").as_bytes()).unwrap();
    assert!(chosen.otpauth_url.contains("Simpul%20Luwu%20Utara"));
    let code = code_at(&secret, ctx.now()).unwrap();
    (secret, house.doorman.finish_enrolment(ctx, &code).await.unwrap())
}

#[tokio::test]
async fn a_wrong_login_and_a_wrong_password_are_refused_alike() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    let unknown = refusal(house.doorman.sign_in(TEST_REGION, typed("budi@contoh.id", PASSWORD)).await);
    let wrong = refusal(house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "hujan deras di palopo")).await);
    assert_eq!((unknown.key, &unknown), ("people.sign_in.wrong", &wrong));
    let endless = "x".repeat(100_000);
    assert_eq!(refusal(house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", &endless)).await), wrong);
}

#[tokio::test]
async fn a_session_opens_and_its_token_is_stored_nowhere() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let session = welcome(&house, " ANDI@contoh.id ").await;
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!((signed_in.officer.id, signed_in.must), (id, None), "a demo goes without a second factor");
    assert!(permits(&signed_in.actor, simpul_people::Permission::SeeLeader));
    assert!(house.doorman.session(TEST_REGION, "something else").await.unwrap().is_none());
    house.doorman.sign_out(TEST_REGION, &session.token).await.unwrap();
    house.doorman.sign_out(TEST_REGION, &session.token).await.unwrap();
    assert!(house.doorman.session(TEST_REGION, &session.token).await.unwrap().is_none());
    let kinds = kinds(&house).await;
    assert!(kinds.contains(&"officer.signed_in".into()) && kinds.contains(&"officer.session_ended".into()));
}

#[tokio::test]
async fn outside_of_a_demo_every_officer_must_enrol_a_second_factor() {
    let house = House::empty(&[], false).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let session = welcome(&house, "andi@contoh.id").await;
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!(signed_in.must, Some(Must::EnrolSecondFactor));
    let ctx = as_officer(&house, id, Role::Leader);
    let wrong = house.doorman.finish_enrolment(&ctx, "000000").await;
    assert_eq!(refusal(wrong).key, "people.refused.no_enrolment");
    enrol(&house, &ctx).await;
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!(signed_in.must, None);
    assert_eq!(refusal(house.doorman.begin_enrolment(&ctx).await).key, "people.refused.already_enrolled");
}

#[tokio::test]
async fn a_code_opens_the_door_once_and_a_pending_session_opens_nothing() {
    let house = House::empty(&[], false).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let (secret, _) = enrol(&house, &as_officer(&house, id, Role::Leader)).await;
    house.test.clock.advance(MINUTE_MICROS);
    let SignInAnswer::NeedCode(pending) =
        house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await.unwrap()
    else {
        panic!("the second factor was not asked for");
    };
    assert!(house.doorman.session(TEST_REGION, &pending.token).await.unwrap().is_none());
    let wrong = house.doorman.confirm_code(TEST_REGION, &pending.token, "000000", "10.0.0.1").await;
    assert_eq!(refusal(wrong).key, "people.sign_in.wrong_code");
    let code = code_at(&secret, house.test.db.env().now()).unwrap();
    let session = house.doorman.confirm_code(TEST_REGION, &pending.token, &code, "10.0.0.1").await.unwrap();
    assert!(house.doorman.session(TEST_REGION, &session.token).await.unwrap().is_some());
    assert_ne!(session.token, pending.token);
    // The same code again, as whoever looked over the shoulder would try it.
    let SignInAnswer::NeedCode(second) =
        house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await.unwrap()
    else {
        panic!("the second factor was not asked for");
    };
    let replay = house.doorman.confirm_code(TEST_REGION, &second.token, &code, "10.0.0.1").await;
    assert_eq!(refusal(replay).key, "people.sign_in.wrong_code");
    house.test.clock.advance(6 * MINUTE_MICROS);
    let code = code_at(&secret, house.test.db.env().now()).unwrap();
    let late = house.doorman.confirm_code(TEST_REGION, &second.token, &code, "10.0.0.1").await;
    assert_eq!(refusal(late).key, "people.sign_in.too_late");
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_an_administrator_can_remove_the_factor() {
    let house = House::empty(&[], false).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let (_, codes) = enrol(&house, &as_officer(&house, id, Role::Leader)).await;
    assert_eq!(codes.len(), 10);
    for right in [true, false] {
        let SignInAnswer::NeedCode(pending) =
            house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await.unwrap()
        else {
            panic!("the second factor was not asked for");
        };
        let used = house.doorman.confirm_code(TEST_REGION, &pending.token, &codes[0].to_lowercase(), "10.0.0.1").await;
        assert_eq!(used.is_ok(), right);
    }
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    house.directory.write(&admin, RemoveSecondFactor { officer: id }).await.unwrap();
    assert!(house.doorman.sessions_of(TEST_REGION, id).await.unwrap().is_empty());
    let session = welcome(&house, "andi@contoh.id").await;
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!(signed_in.must, Some(Must::EnrolSecondFactor));
}

#[tokio::test]
async fn whoever_keeps_failing_must_wait_even_with_the_right_password() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    for _ in 0..5 {
        let outcome = house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "hujan deras di palopo")).await;
        assert_eq!(refusal(outcome).key, "people.sign_in.wrong");
    }
    let wait = refusal(house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await);
    assert_eq!((wait.key, wait.args), ("people.sign_in.wait", vec![("seconds", "1".to_owned())]));
    assert_eq!(kinds(&house).await.iter().filter(|kind| *kind == "officer.sign_in_slowed").count(), 1);
    house.test.clock.advance(SECOND_MICROS);
    welcome(&house, "andi@contoh.id").await;
    for _ in 0..4 {
        let outcome = house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "hujan deras di palopo")).await;
        assert_eq!(refusal(outcome).key, "people.sign_in.wrong", "a success starts the count anew");
    }
}

fn from_address(address: &str, password: &str) -> SignIn {
    SignIn { address: address.into(), ..typed("andi@contoh.id", password) }
}

#[tokio::test]
async fn a_stranger_who_keeps_guessing_does_not_keep_the_owner_out() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    let mut waits = 0;
    for _ in 0..40 {
        let outcome = house.doorman.sign_in(TEST_REGION, from_address("203.0.113.9", "hujan deras di palopo")).await;
        waits += usize::from(refusal(outcome).key == "people.sign_in.wait");
    }
    assert_eq!(waits, 35);
    house.doorman.sign_in(TEST_REGION, from_address("10.0.0.1", PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn guesses_from_many_places_at_one_login_are_slowed_too() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    let mut waits = 0;
    for n in 0..25 {
        let address = format!("203.0.113.{n}");
        let outcome = house.doorman.sign_in(TEST_REGION, from_address(&address, "hujan deras di palopo")).await;
        waits += usize::from(refusal(outcome).key == "people.sign_in.wait");
    }
    assert_eq!(waits, 5, "twenty are looked at");
}

#[tokio::test]
async fn an_office_behind_one_address_signs_in_all_day() {
    let house = House::empty(&[], false).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let (secret, _) = enrol(&house, &as_officer(&house, id, Role::Leader)).await;
    for _ in 0..60 {
        house.test.clock.advance(MINUTE_MICROS);
        let answer = house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await.unwrap();
        let SignInAnswer::NeedCode(pending) = answer else { panic!("the second factor was not asked for") };
        let code = code_at(&secret, house.test.db.env().now()).unwrap();
        house.doorman.confirm_code(TEST_REGION, &pending.token, &code, "10.0.0.1").await.unwrap();
    }
}

#[tokio::test]
async fn many_guesses_at_once_do_not_slip_past_the_counter() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    let mut guesses = tokio::task::JoinSet::new();
    for n in 0..12 {
        let doorman = house.doorman.clone();
        guesses.spawn(async move {
            doorman.sign_in(TEST_REGION, typed("andi@contoh.id", &format!("tebakan nomor {n}"))).await
        });
    }
    let outcomes = guesses.join_all().await;
    let waits = outcomes.into_iter().map(refusal).filter(|r| r.key == "people.sign_in.wait").count();
    assert_eq!(waits, 7, "five are looked at");
}

#[tokio::test]
async fn disabling_an_account_ends_its_sessions_and_roles_count_at_once() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let session = welcome(&house, "andi@contoh.id").await;
    let grants = vec![Grant { role: Role::Planner, agency: None }];
    house.directory.write(&house.system(), SetGrants { officer: id, grants: grants.clone() }).await.unwrap();
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!(signed_in.actor.grants, grants);
    house.directory.write(&house.system(), SetActive { officer: id, active: false }).await.unwrap();
    assert!(house.doorman.session(TEST_REGION, &session.token).await.unwrap().is_none());
    let outcome = house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await;
    assert_eq!(refusal(outcome).key, "people.sign_in.wrong");
    house.directory.write(&house.system(), SetActive { officer: id, active: true }).await.unwrap();
    assert!(
        house.doorman.session(TEST_REGION, &session.token).await.unwrap().is_none(),
        "an ended session stays ended"
    );
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case_after_a_week() {
    let house = House::empty(&[], true).await.unwrap();
    officer(&house, "andi@contoh.id", Role::Leader).await;
    let idle = welcome(&house, "andi@contoh.id").await;
    let busy = welcome(&house, "andi@contoh.id").await;
    let step = (limits::SESSION_IDLE_HOURS - 1) * HOUR_MICROS;
    house.test.clock.advance(step);
    assert!(house.doorman.session(TEST_REGION, &busy.token).await.unwrap().is_some());
    house.test.clock.advance(step);
    assert!(house.doorman.session(TEST_REGION, &idle.token).await.unwrap().is_none());
    let mut hours = 2 * (limits::SESSION_IDLE_HOURS - 1);
    while hours < limits::SESSION_ABSOLUTE_HOURS {
        assert!(house.doorman.session(TEST_REGION, &busy.token).await.unwrap().is_some(), "{hours} h");
        house.test.clock.advance(step);
        hours += limits::SESSION_IDLE_HOURS - 1;
    }
    assert!(house.doorman.session(TEST_REGION, &busy.token).await.unwrap().is_none());
}

#[tokio::test]
async fn an_officer_ends_own_sessions_and_nobody_elses() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let (one, two) = (welcome(&house, "andi@contoh.id").await, welcome(&house, "andi@contoh.id").await);
    let list = house.doorman.sessions_of(TEST_REGION, id).await.unwrap();
    assert_eq!((list.len(), list[0].address.as_str()), (2, "10.0.0.1"));
    let other = house.officer(Role::Planner, None).await.unwrap();
    let outcome = house.directory.write(&other, RevokeSession { session: list[0].id }).await;
    assert_eq!(refusal(outcome).key, "people.refused.not_allowed");
    let outcome = house.directory.write(&other, RevokeSessionsOf { officer: id, except: None }).await;
    assert_eq!(refusal(outcome).key, "people.refused.not_allowed");
    let own = as_officer(&house, id, Role::Leader);
    let kept = house.doorman.session(TEST_REGION, &one.token).await.unwrap().unwrap().session;
    let ended = house.directory.write(&own, RevokeSessionsOf { officer: id, except: Some(kept) }).await.unwrap();
    assert_eq!(ended, 1);
    assert!(house.doorman.session(TEST_REGION, &one.token).await.unwrap().is_some());
    assert!(house.doorman.session(TEST_REGION, &two.token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_changed_password_counts_at_once_and_ends_the_other_sessions() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let (here, there) = (welcome(&house, "andi@contoh.id").await, welcome(&house, "andi@contoh.id").await);
    let ctx = as_officer(&house, id, Role::Leader);
    let session = house.doorman.session(TEST_REGION, &here.token).await.unwrap().unwrap().session;
    let change = |old: &'static str, new: &'static str| house.doorman.change_password(&ctx, session, old, new);
    assert_eq!(refusal(change("salah sama sekali", "angin timur kencang").await).field, Some("old"));
    assert_eq!(refusal(change(PASSWORD, PASSWORD).await).key, "people.password.same");
    assert_eq!(refusal(change(PASSWORD, "pendek").await).key, "people.password.too_short");
    assert_eq!(refusal(change(PASSWORD, "Rahasia12345").await).key, "people.password.breached");
    change(PASSWORD, "angin timur kencang").await.unwrap();
    assert!(house.doorman.session(TEST_REGION, &here.token).await.unwrap().is_some());
    assert!(house.doorman.session(TEST_REGION, &there.token).await.unwrap().is_none());
    let old = house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", PASSWORD)).await;
    assert_eq!(refusal(old).key, "people.sign_in.wrong");
    house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "angin timur kencang")).await.unwrap();
}

#[tokio::test]
async fn a_password_set_by_an_administrator_must_be_changed() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let planner = house.officer(Role::Planner, None).await.unwrap();
    let outcome = house.doorman.set_password(&planner, id, "sementara saja ini", true).await;
    assert_eq!(refusal(outcome).key, "people.refused.not_allowed");
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    house.doorman.set_password(&admin, id, "sementara saja ini", true).await.unwrap();
    let SignInAnswer::Welcome(session) =
        house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "sementara saja ini")).await.unwrap()
    else {
        panic!("no second factor was enrolled");
    };
    let signed_in = house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap();
    assert_eq!(signed_in.must, Some(Must::ChangePassword));
    let ctx = as_officer(&house, id, Role::Leader);
    house.doorman.change_password(&ctx, signed_in.session, "sementara saja ini", "angin timur kencang").await.unwrap();
    assert_eq!(house.doorman.session(TEST_REGION, &session.token).await.unwrap().unwrap().must, None);
}

#[tokio::test]
async fn the_administrators_link_works_once_and_for_two_days() {
    let house = House::empty(&[], false).await.unwrap();
    let person = NewOfficer { name: "Admin".into(), email: "admin@contoh.id".into(), ..NewOfficer::default() };
    assert!(!house.doorman.has_administrator(TEST_REGION).await.unwrap());
    let first = house.doorman.make_admin_link(TEST_REGION).await.unwrap();
    let second = house.doorman.make_admin_link(TEST_REGION).await.unwrap();
    assert_eq!(house.doorman.link(TEST_REGION, &first).await.unwrap(), None, "the newer one replaces it");
    assert_eq!(house.doorman.link(TEST_REGION, &second).await.unwrap(), Some(LinkFor::Admin));
    let weak = house.doorman.use_admin_link(TEST_REGION, &second, person.clone(), "admin@contoh.id").await;
    assert_eq!(refusal(weak).key, "people.password.guessable");
    house.doorman.use_admin_link(TEST_REGION, &second, person.clone(), PASSWORD).await.unwrap();
    assert!(house.doorman.has_administrator(TEST_REGION).await.unwrap());
    let again = house.doorman.use_admin_link(TEST_REGION, &second, person, PASSWORD).await;
    assert_eq!(refusal(again).key, "people.refused.link");
    welcome(&house, "admin@contoh.id").await;
    let third = house.doorman.make_admin_link(TEST_REGION).await.unwrap();
    house.test.clock.advance(48 * HOUR_MICROS);
    assert_eq!(house.doorman.link(TEST_REGION, &third).await.unwrap(), None);
}

#[tokio::test]
async fn the_first_administrators_link_dies_as_soon_as_there_is_one() {
    let house = House::empty(&[], false).await.unwrap();
    let person = NewOfficer { name: "Tamu".into(), email: "tamu@contoh.id".into(), ..NewOfficer::default() };
    let printed = house.doorman.make_admin_link(TEST_REGION).await.unwrap();
    let leader = officer(&house, "andi@contoh.id", Role::Leader).await;
    assert_eq!(house.doorman.link(TEST_REGION, &printed).await.unwrap(), Some(LinkFor::Admin), "nobody can let in yet");
    let grants = vec![Grant { role: Role::RegionAdmin, agency: None }];
    house.directory.write(&house.system(), SetGrants { officer: leader, grants }).await.unwrap();
    assert_eq!(house.doorman.link(TEST_REGION, &printed).await.unwrap(), None, "by a change of roles");
    let late = house.doorman.make_admin_link(TEST_REGION).await.unwrap();
    let second = house.doorman.use_admin_link(TEST_REGION, &late, person.clone(), PASSWORD).await;
    assert_eq!(refusal(second).key, "people.refused.link", "a link that was made all the same lets nobody in");
    officer(&house, "budi@contoh.id", Role::RegionAdmin).await;
    assert_eq!(house.doorman.link(TEST_REGION, &late).await.unwrap(), None, "by a new officer");
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!(snapshot.officers().len(), 2);
}

#[tokio::test]
async fn an_officers_link_sets_a_password_once_and_dies_with_the_account() {
    let house = House::empty(&[], true).await.unwrap();
    let id = officer(&house, "andi@contoh.id", Role::Leader).await;
    let session = welcome(&house, "andi@contoh.id").await;
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let link = house.doorman.make_password_link(&admin, id).await.unwrap();
    assert_eq!(house.doorman.link(TEST_REGION, &link).await.unwrap(), Some(LinkFor::Password(id)));
    let wrong_use = house
        .doorman
        .use_admin_link(
            TEST_REGION,
            &link,
            NewOfficer { name: "X".into(), email: "x@contoh.id".into(), ..NewOfficer::default() },
            PASSWORD,
        )
        .await;
    assert_eq!(refusal(wrong_use).key, "people.refused.link");
    assert_eq!(house.doorman.use_password_link(TEST_REGION, &link, "angin timur kencang").await.unwrap(), id);
    assert!(house.doorman.session(TEST_REGION, &session.token).await.unwrap().is_none());
    house.doorman.sign_in(TEST_REGION, typed("andi@contoh.id", "angin timur kencang")).await.unwrap();
    let again = house.doorman.use_password_link(TEST_REGION, &link, "angin barat kencang").await;
    assert_eq!(refusal(again).key, "people.refused.link");
    let last = house.doorman.make_password_link(&admin, id).await.unwrap();
    house.directory.write(&admin, SetActive { officer: id, active: false }).await.unwrap();
    assert_eq!(house.doorman.link(TEST_REGION, &last).await.unwrap(), None);
}
