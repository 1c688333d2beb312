//! What a person does in a browser, and sees.

use std::cell::Cell;
use std::path::PathBuf;

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::protocol::Session;
use crate::{Look, build_dir, wait_for};

/// A browser before one site.
#[derive(Debug)]
pub struct Browser {
    pub(crate) session: Session,
    look: Cell<Look>,
    site: String,
}

/// Something on a page.
#[derive(Debug)]
pub struct Element<'browser> {
    browser: &'browser Browser,
    id: String,
}

/// The name under which WebDriver sends an element.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    /// Opens a browser of this `look` before `site` (`http://127.0.0.1:8112`).
    pub fn open(site: &str, look: Look) -> Browser {
        let browser = Browser { session: Session::open(), look: Cell::new(look), site: site.to_owned() };
        browser.session.devtools("Emulation.setTimezoneOverride", &json!({"timezoneId": "Asia/Makassar"}));
        browser.set_look(look);
        browser
    }

    /// Looks at the same page otherwise.
    pub fn set_look(&self, look: Look) {
        self.look.set(look);
        let metrics = json!({
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.phone,
        });
        self.session.devtools("Emulation.setDeviceMetricsOverride", &metrics);
        let touch = json!({"enabled": look.phone, "maxTouchPoints": 5});
        self.session.devtools("Emulation.setTouchEmulationEnabled", &touch);
        let scheme = json!({"name": "prefers-color-scheme", "value": if look.dark { "dark" } else { "light" }});
        self.session.devtools("Emulation.setEmulatedMedia", &json!({"features": [scheme]}));
        self.session.devtools("Emulation.setScriptExecutionDisabled", &json!({"value": !look.scripts}));
    }

    /// Goes to `path` of the site and waits until it is loaded.
    #[track_caller]
    pub fn go(&self, path: &str) {
        self.session.post("/url", &json!({"url": format!("{}{path}", self.site)}));
    }

    /// Loads the page once more.
    pub fn reload(&self) {
        self.session.post("/refresh", &json!({}));
    }

    /// Where the browser is, from the root of the site: `/laporan/LUTRA-2611-0042?lang=en`.
    pub fn path(&self) -> String {
        let url = self.session.get("/url");
        let url = url.as_str().unwrap_or_default();
        url.strip_prefix(&self.site).unwrap_or(url).to_owned()
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        self.session.get("/title").as_str().unwrap_or_default().to_owned()
    }

    /// The text that the page shows.
    pub fn text(&self) -> String {
        self.text_of("body")
    }

    /// The text of the first element that the CSS `selector` names, waiting for it. A page that lives may put another
    /// in its place between the question where it is and the question what it says: then both are asked again.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn text_of(&self, selector: &str) -> String {
        for _ in 0..100 {
            if let Some(text) = self.find(selector).text_if_there() {
                return text;
            }
            pause();
        }
        panic!("{selector} never stays on {}:\n{}", self.path(), self.body_text())
    }

    /// The first element that the CSS `selector` names, waiting for it.
    ///
    /// # Panics
    /// There is none; the message holds the page's address and text.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Element<'_> {
        let mut found = None;
        for _ in 0..100 {
            found = self.find_now(selector);
            if found.is_some() {
                break;
            }
            pause();
        }
        found.unwrap_or_else(|| panic!("nothing matches {selector} on {}:\n{}", self.path(), self.body_text()))
    }

    /// The first element that the CSS `selector` names, if it is there now.
    pub fn find_now(&self, selector: &str) -> Option<Element<'_>> {
        let found = self.session.try_post("/element", &json!({"using": "css selector", "value": selector})).ok()?;
        Some(Element { browser: self, id: found[ELEMENT_KEY].as_str()?.to_owned() })
    }

    /// All elements that the CSS `selector` names, in the order of the page.
    pub fn all(&self, selector: &str) -> Vec<Element<'_>> {
        let found = self.session.post("/elements", &json!({"using": "css selector", "value": selector}));
        let ids = found.as_array().into_iter().flatten().filter_map(|one| one[ELEMENT_KEY].as_str());
        ids.map(|id| Element { browser: self, id: id.to_owned() }).collect()
    }

    /// The button or link that says exactly `words`.
    ///
    /// # Panics
    /// There is none.
    #[track_caller]
    pub fn saying(&self, words: &str) -> Element<'_> {
        let says = |one: &Element<'_>| one.text_if_there().is_some_and(|text| text.trim() == words);
        let found = |selector: &str| self.all(selector).into_iter().find(says);
        let target = found("button, [role=button], summary").or_else(|| found("a")).or_else(|| found("label"));
        target.unwrap_or_else(|| panic!("nothing says \"{words}\" on {}:\n{}", self.path(), self.body_text()))
    }

    /// Clicks the button or link that says `words` and waits for the page that comes.
    #[track_caller]
    pub fn follow(&self, words: &str) {
        let target = self.saying(words);
        self.leaving(|| target.click());
    }

    /// Does what loads another page, and waits until that page is there.
    #[track_caller]
    pub fn leaving(&self, act: impl FnOnce()) {
        let old = self.find("html");
        act();
        wait_for("another page", || old.is_gone().then_some(()));
        self.find("body");
    }

    /// Presses keys, one after another, wherever the focus is.
    pub fn press(&self, keys: &str) {
        let steps: Vec<Value> = keys
            .chars()
            .flat_map(|key| [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})])
            .collect();
        self.session.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": steps}]}));
    }

    /// Presses a key while another is held down.
    pub fn press_with(&self, held: &str, key: &str) {
        let steps = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)]
            .map(|(kind, value)| json!({"type": kind, "value": value}));
        self.session.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": steps}]}));
    }

    /// The element that has the focus.
    pub fn focused(&self) -> Element<'_> {
        let found = self.session.get("/element/active");
        Element { browser: self, id: found[ELEMENT_KEY].as_str().unwrap_or_default().to_owned() }
    }

    /// Runs a script on the page, whatever the page's own policy, and gives what it returns.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.session.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// As [`Browser::run`], for a script that calls its last argument with what it gives.
    #[track_caller]
    pub fn run_async(&self, script: &str) -> Value {
        self.session.post("/execute/async", &json!({"script": script, "args": []}))
    }

    /// Cuts the network, or joins it again.
    pub fn set_offline(&self, offline: bool) {
        self.session.devtools("Network.enable", &json!({}));
        let conditions = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.session.devtools("Network.emulateNetworkConditions", &conditions);
    }

    /// Answers for the person when a page asks for `permission` (`geolocation`).
    pub fn permit(&self, permission: &str, granted: bool) {
        let state = if granted { "granted" } else { "denied" };
        self.session.post("/permissions", &json!({"descriptor": {"name": permission}, "state": state}));
    }

    /// Puts the device at that latitude and longitude, known to within so many metres.
    pub fn stand_at(&self, (lat, lon): (f64, f64), accuracy: u32) {
        let place = json!({"latitude": lat, "longitude": lon, "accuracy": accuracy});
        self.session.devtools("Emulation.setGeolocationOverride", &place);
    }

    /// Goes back to the page before.
    pub fn back(&self) {
        self.session.post("/back", &json!({}));
    }

    /// The first element of those that `selector` names that a person can see.
    ///
    /// # Panics
    /// None can be seen.
    #[track_caller]
    pub fn visible(&self, selector: &str) -> Element<'_> {
        let found = self.all(selector).into_iter().find(Element::is_shown);
        found.unwrap_or_else(|| panic!("none of {selector} is shown on {}:\n{}", self.path(), self.body_text()))
    }

    /// Forgets what it has cached, as on a first visit.
    pub fn session_forgets_cache(&self) {
        self.session.devtools("Network.clearBrowserCache", &json!({}));
    }

    /// Keeps a picture of the whole page as `target/screenshots/NAME-LOOK.png`.
    pub fn picture(&self, name: &str) -> PathBuf {
        let shot = self.session.devtools("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let bytes = BASE64.decode(shot["data"].as_str().unwrap_or_default().as_bytes()).expect("a picture in base 64");
        let folder = build_dir().with_file_name("screenshots");
        std::fs::create_dir_all(&folder).expect("the build folder is ours");
        let path = folder.join(format!("{name}-{}.png", self.look().label()));
        std::fs::write(&path, bytes).expect("the build folder is ours");
        path
    }

    /// Prints the page as it would go to paper, keeps it as `target/screenshots/NAME.pdf`, and counts its sheets.
    pub fn sheets(&self, name: &str) -> usize {
        let options = json!({"preferCSSPageSize": true, "printBackground": true});
        let printed = self.session.devtools("Page.printToPDF", &options);
        let bytes = BASE64.decode(printed["data"].as_str().unwrap_or_default().as_bytes()).expect("base 64");
        std::fs::write(self.picture(name).with_file_name(format!("{name}.pdf")), &bytes).expect("a folder of ours");
        let leaf = b"/Type /Page\n";
        bytes.windows(leaf.len()).filter(|window| window == leaf).count()
    }

    /// How it looks at pages now.
    pub fn look(&self) -> Look {
        self.look.get()
    }

    fn body_text(&self) -> String {
        self.find_now("body").and_then(|body| body.text_if_there()).unwrap_or_default()
    }
}

impl Element<'_> {
    /// Clicks it.
    ///
    /// # Panics
    /// It can't be clicked, because it is hidden or something lies over it.
    #[track_caller]
    pub fn click(&self) {
        // The driver is content with a sliver in view, from which a button that moves when pressed slips away.
        let scroll = "arguments[0].scrollIntoView({block: 'nearest', behavior: 'instant'})";
        let script = json!({"script": scroll, "args": [{ELEMENT_KEY: self.id}]});
        // Where scripts are switched off the driver scrolls alone.
        let _ = self.browser.session.try_post("/execute/sync", &script);
        self.post("click", &json!({}));
    }

    /// Types into it, or chooses a file by its path.
    #[track_caller]
    pub fn type_in(&self, text: &str) {
        self.post("value", &json!({"text": text}));
    }

    /// Empties it, then types.
    #[track_caller]
    pub fn fill(&self, text: &str) {
        self.post("clear", &json!({}));
        self.type_in(text);
    }

    /// Chooses the option that says `words`, if it is a `<select>`.
    ///
    /// # Panics
    /// There is no such option.
    #[track_caller]
    pub fn choose(&self, words: &str) {
        let query = json!({"using": "xpath", "value": format!(".//option[normalize-space()=\"{words}\"]")});
        let found = self.browser.session.try_post(&format!("/element/{}/element", self.id), &query);
        let id = found.ok().and_then(|found| found[ELEMENT_KEY].as_str().map(str::to_owned));
        let id = id.unwrap_or_else(|| panic!("no option says \"{words}\" on {}", self.browser.path()));
        Element { browser: self.browser, id }.click();
    }

    /// The text that it shows.
    pub fn text(&self) -> String {
        self.get("text").as_str().unwrap_or_default().to_owned()
    }

    /// The text that it shows, unless the page has put another in its place.
    fn text_if_there(&self) -> Option<String> {
        self.browser.session.try_get(&format!("/element/{}/text", self.id)).ok()?.as_str().map(str::to_owned)
    }

    /// An attribute as the page has it.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.get(&format!("attribute/{name}")).as_str().map(str::to_owned)
    }

    /// What stands in it now, if it is a field.
    pub fn value(&self) -> String {
        self.get("property/value").as_str().unwrap_or_default().to_owned()
    }

    /// Whether a person can see it; what the page has replaced nobody sees.
    pub fn is_shown(&self) -> bool {
        let shown = self.browser.session.try_get(&format!("/element/{}/displayed", self.id));
        shown.is_ok_and(|shown| shown.as_bool().unwrap_or_default())
    }

    /// Whether its page has gone.
    fn is_gone(&self) -> bool {
        let session = &self.browser.session;
        session
            .try_post(&format!("/element/{}/elements", self.id), &json!({"using": "css selector", "value": "x"}))
            .is_err()
    }

    #[track_caller]
    fn post(&self, what: &str, body: &Value) -> Value {
        self.browser.session.post(&format!("/element/{}/{what}", self.id), body)
    }

    #[track_caller]
    fn get(&self, what: &str) -> Value {
        self.browser.session.get(&format!("/element/{}/{what}", self.id))
    }
}

#[expect(clippy::disallowed_methods, reason = "the outside of a process can only be waited for by asking again")]
pub(crate) fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(50));
}
