// Reviews without waiting: the next card is in the page already, and the answer is sent behind it.
// Keys: space or Enter shows the answer, 1 to 4 rate it (with two buttons 1 or n, 2 or k), u takes the
// last one back.

const app = import(document.getElementById("kb:app").src); // keys do not wait for it
const asked = document.getElementById("kb:asked");
const ready = document.getElementById("kb:ready");
// The form that takes the last answer back, hidden while there is nothing to; offline there is none.
const undoForm = document.querySelector("[data-undo]")?.form;
let sent = Promise.resolve(); // answers arrive in the order in which they were given
const waiting = new Map(); // from an answer that waits for the one before to where it goes
let since = performance.now();

const current = () => asked.querySelector("[data-card]");
const answerOf = (card) => card.querySelector("[data-answer]");

app.then(({ post }) => {
  // Who leaves waits for nothing; an answer that arrives twice counts once.
  addEventListener("pagehide", () => {
    for (const [body, url] of waiting) post(url, body);
  });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-ratings]") && event.submitter) {
    event.preventDefault();
    rate(form, event.submitter);
  } else if (form.querySelector("[data-undo]")) {
    event.preventDefault();
    sent.then(() => form.submit()); // what is to be taken back must have arrived
  }
});

/** Whether keys of one letter are wanted: the list of shortcuts can turn them off. */
function keysAreWanted() {
  try {
    return JSON.parse(localStorage.getItem("keys")) !== false;
  } catch {
    return true;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (!keysAreWanted()) return;
  const card = current();
  if (event.key === "u") {
    if (undoForm && !undoForm.hidden) undoForm.querySelector("[data-undo]").click();
  } else if (card && answerOf(card).open && buttonOf(card, event.key)) {
    buttonOf(card, event.key).click();
  } else if (card && (event.key === " " || event.key === "Enter") && !event.target.closest("a, button, summary")) {
    show(card);
  } else {
    return;
  }
  event.preventDefault();
});

/** The button that a key presses: its number, or a letter where there are two. */
function buttonOf(card, key) {
  const buttons = card.querySelectorAll("[data-ratings] button");
  const place = buttons.length === 2 ? "nk".indexOf(key) : -1;
  return buttons[place < 0 ? Number(key) - 1 : place];
}

function show(card) {
  answerOf(card).open = true;
  card.querySelector(".ratings").scrollIntoView({ block: "nearest" });
}

function rate(form, button) {
  const body = new FormData(form, button);
  body.set("took", Math.round(performance.now() - since));
  const next = ready.content.querySelector("[data-card]");
  if (next) body.set("showing", next.dataset.card);
  if (next) {
    asked.replaceChildren(next.cloneNode(true));
    ready.content.replaceChildren();
    begin();
  } else {
    asked.setAttribute("aria-busy", "true");
    for (const other of form.querySelectorAll("button")) other.disabled = true;
  }
  waiting.set(body, form.action);
  sent = sent.then(() => send(body)).catch(() => location.reload());
}

async function send(body) {
  const { post } = await app;
  const url = waiting.get(body);
  waiting.delete(body);
  const response = await post(url, body);
  if (response.status === 401) {
    location.assign((await response.json()).login);
    return;
  }
  if (!response.ok) throw new Error(`status ${response.status}`);
  const answer = await response.json();
  document.querySelector("[data-left]").textContent = answer.left;
  if (undoForm) undoForm.hidden = false;
  if (answer.message) {
    location.reload(); // which says it
  } else if (asked.hasAttribute("aria-busy")) {
    location.reload(); // the next card, or that all is done
  } else {
    ready.innerHTML = answer.next;
  }
}

function begin() {
  since = performance.now();
  asked.querySelector(".asked-front").focus();
}
