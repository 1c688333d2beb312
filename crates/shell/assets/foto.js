// Photos in the report form: made smaller on the phone, shown, and taken away again. Loaded with the first photo.
const en = document.documentElement.lang === "en";
const say = (id, english) => (en ? english : id);
const MAX_BYTES = 8e6;
const MOST = 3;

const kept = new WeakMap();

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

async function shrink(file) {
  const link = navigator.connection;
  const poor = link && (link.saveData || /2g|3g/.test(link.effectiveType));
  const [side, quality] = poor ? [1280, 0.6] : [1600, 0.72];
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = make("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function keep(input, files) {
  kept.set(input, files);
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
}

function line(input, file, changed) {
  const item = make("li");
  const picture = make("img");
  picture.src = URL.createObjectURL(file);
  picture.alt = say("Foto Anda", "Your photo");
  const drop = make("button", say("Hapus", "Remove"), "link");
  drop.type = "button";
  drop.onclick = () => {
    URL.revokeObjectURL(picture.src);
    keep(
      input,
      kept.get(input).filter((f) => f !== file),
    );
    item.remove();
    input.focus();
    changed();
  };
  item.append(picture, `${Math.max(1, Math.round(file.size / 1024))} KB `, drop);
  return item;
}

/** Adds `files` to those that `input` holds, as far as there is room, and says how many found none. */
export async function add(input, list, files, changed) {
  const most = +input.dataset.photos || MOST;
  const room = Math.max(0, most - (kept.get(input) || []).length);
  keep(input, kept.get(input) || []);
  list.querySelector(".error")?.remove();
  for (const file of files.slice(0, room)) {
    const wait = list.appendChild(make("li", say("Mengecilkan foto…", "Making the photo smaller…")));
    const small = await shrink(file);
    if (small.size > MAX_BYTES) {
      wait.className = "error";
      wait.textContent = say("Foto harus lebih kecil dari 8 MB", "The photo must be smaller than 8 MB");
      continue;
    }
    keep(input, [...kept.get(input), small]);
    wait.replaceWith(line(input, small, changed));
  }
  const over = files.length - room;
  if (over > 0) {
    const text = say(
      `Paling banyak ${most} foto. ${over} foto tidak diambil.`,
      `At most ${most} photos. ${over} not taken.`,
    );
    list.append(make("li", text, "error"));
  }
  changed();
}

/** Forgets all photos. */
export function clear(input, list) {
  keep(input, []);
  list.replaceChildren();
}
