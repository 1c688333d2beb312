// A replay: the rows of steps follow a slider, at up to sixty times the speed of what happened.
const box = document.querySelector("[data-putar]");
const rows = [...document.querySelectorAll("#putar-langkah tbody tr")];
if (box && rows.length) {
  box.hidden = false;
  const slider = box.querySelector("input[type=range]");
  const button = box.querySelector("[data-play]");
  const speed = box.querySelector("[data-speed]");
  const clock = box.querySelector("[data-clock]");
  const states = [...box.querySelectorAll("[data-state]")];
  const map = box.querySelector("[data-moments]");
  const playWord = button.textContent;
  const last = +box.dataset.seconds;
  const times = rows.map((row) => +row.dataset.at);
  const two = (n) => String(n).padStart(2, "0");
  // The first row says the time of day at which it begins.
  const [hour, minute, second] = rows[0].cells[0].textContent.split(".").map(Number);
  const start = hour * 3600 + minute * 60 + second;
  let at = 0;
  let timer = 0;
  let shown = -1;
  let features = [];

  const place = () => {
    let low = 0;
    for (let high = rows.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (times[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  function draw() {
    const index = place();
    const day = (start + Math.floor(at)) % 86400;
    clock.value = `${two(Math.floor(day / 3600))}.${two(Math.floor(day / 60) % 60)}.${two(day % 60)}`;
    slider.value = at;
    slider.setAttribute("aria-valuetext", clock.value);
    if (index === shown) return;
    shown = index;
    rows.forEach((row, i) => {
      row.classList.toggle("later", i > index);
      row.toggleAttribute("aria-current", i === index);
    });
    states.forEach((state, i) => (state.textContent = rows[index].cells[3 + i].textContent));
    points();
  }

  // What was on the map at this moment.
  function points() {
    if (!map) return;
    const now = [];
    for (const feature of features) {
      const moments = feature.properties.moments || [];
      const mark = moments.filter(([second]) => second <= at).at(-1)?.[1];
      if (!mark || mark === "gone") continue;
      now.push({ ...feature, properties: { ...feature.properties, moments: undefined, trouble: mark === "trouble" } });
    }
    document.dispatchEvent(
      new CustomEvent("simpul:incidents", { detail: { type: "FeatureCollection", features: now } }),
    );
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    button.textContent = playWord;
  }

  button.addEventListener("click", () => {
    if (timer) return stop();
    if (at >= last) at = 0;
    button.textContent = button.dataset.pauseWord;
    let before = performance.now();
    timer = setInterval(() => {
      const now = performance.now();
      at = Math.min(last, at + ((now - before) / 1000) * +speed.value);
      before = now;
      draw();
      if (at >= last) stop();
    }, 100);
  });
  slider.addEventListener("input", () => {
    at = +slider.value;
    draw();
  });
  if (map) {
    const answer = await fetch(map.dataset.moments).catch(() => null);
    if (answer?.ok) features = (await answer.json()).features;
    document.addEventListener("simpul:map", points);
  }
  draw();
}
