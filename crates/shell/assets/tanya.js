// What the chosen kind of problem asks further. Loaded by lapor.js and loket.js once a kind is chosen; the questions
// themselves come from the server as a piece of the form.

/** Shows the questions of the kind chosen now, those of an unfinished report from `kept`; no step without any. */
export async function ask(form, part, kept) {
  const code = () => new FormData(form).get("category") || "";
  const now = code();
  if (form.questions[0] === now) return;
  const put = (questions) => {
    form.questions = questions;
    part.querySelector("[data-questions]").innerHTML = questions[1];
    part.hidden = true;
    part.toggleAttribute("data-page", !!questions[1].trim());
  };
  put(kept?.[0] === now ? kept : ["", ""]);
  if (!now || form.questions[0]) return;
  const answer = await fetch(`${part.dataset.ask}?category=${now}`);
  const html = await answer.text();
  // Whoever has chosen another kind or gone on meanwhile is not sent back.
  if (!answer.ok || code() !== now || form.at > 1) return;
  put([now, html]);
  form.showPage?.(form.at, false);
}
