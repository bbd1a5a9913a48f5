// Bookmarks a section without leaving the page. Where anything is out of the ordinary (a note
// would be lost, the log-in has ended, the network fails) the plain form takes over.

let say;
let post;

export function start(tools) {
  ({ say, post } = tools);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-bookmark]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "true";
    send(form).finally(() => delete form.dataset.busy);
  });
}

async function send(form) {
  let state;
  try {
    const response = await post(form.action, new FormData(form));
    if (response.status === 401) {
      location.assign((await response.json()).login);
      return;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    state = await response.json();
  } catch {
    form.submit();
    return;
  }
  show(form, state);
}

function show(form, state) {
  const note = form.querySelector("[data-note]");
  form.action = state.action;
  form.querySelector("button").setAttribute("aria-pressed", String(state.bookmarked));
  note.hidden = !state.bookmarked;
  if (state.note) note.href = `${state.note}?next=${encodeURIComponent(form.elements.next.value)}`;
  say(state.message);
}
