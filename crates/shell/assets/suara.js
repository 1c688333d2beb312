// Sounds of the 112 console: an incident sounds until somebody has seen it, each priority in its own way, and so does a
// taker who waits until a supervisor comes. The row says
// the same in words; the sound is never the only sign. A switch turns it off on this machine.
const SECOND_MS = 1000;
const KEPT = "simpul.bunyi";
// Pitch in hertz, how many times, and how often it is repeated in seconds: the more urgent the higher and oftener.
const SOUNDS = {
  1: { hertz: 880, times: 3, every: 2 },
  1.5: { hertz: 740, times: 4, every: 4 },
  2: { hertz: 660, times: 2, every: 5 },
  3: { hertz: 520, times: 1, every: 15 },
  4: { hertz: 440, times: 1, every: 30 },
  5: { hertz: 392, times: 1, every: 60 },
};
const TONE_SECONDS = 0.16;
const GAP_SECONDS = 0.1;

const bar = document.getElementById("bunyi");
const box = bar?.querySelector("[data-sound]");
const told = bar?.querySelector("[data-blocked]");
let audio = null;
let last = { level: 0, at: 0 };

// Browsers let a page sound only after somebody has pressed something in it.
function wake() {
  audio ||= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

function play({ hertz, times }) {
  for (let time = 0; time < times; time += 1) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    const begin = audio.currentTime + time * (TONE_SECONDS + GAP_SECONDS);
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0.0001, begin);
    loud.gain.exponentialRampToValueAtTime(0.3, begin + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, begin + TONE_SECONDS);
    tone.connect(loud).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + TONE_SECONDS);
  }
}

// A taker who waits for a supervisor has a sound of its own: next to a life in danger nothing is more urgent.
const HELP = 1.5;

// What another room holds for an emergency sounds like the most urgent but one: a person has not judged it yet.
function urgent() {
  const levels = [...document.querySelectorAll("#kejadian [data-alert]")].map((row) => Number(row.dataset.alert));
  if (document.querySelector("#bantuan [data-alert]")) levels.push(HELP);
  if (document.querySelector("#tawaran li")) levels.push(2);
  return levels.length ? Math.min(...levels) : 0;
}

function look() {
  const level = urgent();
  const sound = SOUNDS[level];
  const due = level && (level < (last.level || 9) || Date.now() - last.at >= sound.every * SECOND_MS);
  if (!level) last = { level: 0, at: 0 };
  const blocked = level && box.checked && audio?.state !== "running";
  told.textContent = blocked ? told.dataset.blocked : "";
  if (!due || !box.checked || blocked) return;
  last = { level, at: Date.now() };
  bar.dataset.last = String(level);
  play(sound);
}

if (box) {
  box.checked = localStorage.getItem(KEPT) !== "0";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "1" : "0"));
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake, { passive: true });
  for (const list of document.querySelectorAll("#kejadian, #tawaran, #bantuan"))
    new MutationObserver(look).observe(list, { childList: true, subtree: true });
  setInterval(look, SECOND_MS);
  look();
}
