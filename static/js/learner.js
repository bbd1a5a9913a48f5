// Marks sections as read without leaving the page. Without an account they are kept in this browser,
// and taken over when there is one.

const STORE = "read"; // by section: its state, and when it was marked (seconds)
const labels = document.getElementById("kb:learner").dataset;
const TAKEN_AT_ONCE = 2_000; // sections; a request may bring more than twice as many
let tools;

export function start(given) {
  tools = given;
  const kept = tools.store.get(STORE, {});
  if (document.querySelector(".site-nav form")) {
    document.addEventListener("submit", onSubmit);
    if (Object.keys(kept).length) offerTakingOver(kept);
  } else {
    for (const hook of document.querySelectorAll("span[data-read]")) addButtons(hook, kept);
    for (const hook of document.querySelectorAll("div[data-read-page]")) addPageButton(hook, kept);
  }
  tools.keys.m = markHere;
}

// With an account.

async function onSubmit(event) {
  const form = event.target;
  if (!form.matches("form[data-read]") || !event.submitter) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "true";
  const body = new FormData(form, event.submitter);
  try {
    const response = await tools.post(form.action, body);
    if (response.status === 401) {
      location.assign((await response.json()).login);
      return;
    }
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = await response.json();
    form.dataset.state = answer.state;
    show(form, answer.state);
    tools.say(answer.message);
  } catch {
    location.reload(); // shows what holds, or why it cannot
  } finally {
    delete form.dataset.busy;
  }
}

function show(hook, state) {
  ["read", "again"].forEach((value, index) => {
    const button = hook.querySelectorAll("button")[index];
    button.setAttribute("aria-pressed", String(state === value));
    button.value = state === value ? "unread" : value;
  });
}

function offerTakingOver(kept) {
  const box = document.createElement("div");
  box.className = "message taking-over";
  const text = document.createElement("p");
  text.textContent = labels.found.replace("{}", Object.keys(kept).length);
  const take = buttonOf(labels.take, "button");
  const leave = buttonOf(labels.leave, "button button-quiet");
  box.append(text, take, leave);
  document.querySelector("main").prepend(box);
  leave.addEventListener("click", () => {
    tools.store.set(STORE, {});
    box.remove();
  });
  take.addEventListener("click", async () => {
    const rows = Object.entries(kept);
    while (rows.length) {
      const body = new FormData();
      body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      body.set("marks", JSON.stringify(Object.fromEntries(rows.splice(0, TAKEN_AT_ONCE))));
      const response = await tools.post(labels.url, body, false).catch(() => null);
      if (!response?.ok) break; // what is left is offered again
      tools.store.set(STORE, Object.fromEntries(rows));
    }
    location.reload();
  });
}

// Without one.

function buttonOf(text, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  button.textContent = text;
  return button;
}

function addButtons(hook, kept) {
  hook.title = labels.here;
  const names = { read: "wordRead", again: "wordAgain" };
  for (const value of ["read", "again"]) {
    const button = buttonOf(labels[names[value]], "read-button");
    button.value = value;
    button.addEventListener("click", () => {
      keep([hook.dataset.read], button.value);
    });
    hook.append(button);
  }
  show(hook, kept[hook.dataset.read]?.[0]);
}

function addPageButton(hook, kept) {
  const sections = hook.dataset.readPage.split(" ");
  const button = buttonOf("", "button");
  const name = () => {
    const now = tools.store.get(STORE, kept);
    const isRead = sections.every((section) => now[section]?.[0] === "read");
    button.textContent = isRead ? labels.pageUnread : labels.page;
    button.value = isRead ? "unread" : "read";
  };
  button.addEventListener("click", () => keep(sections, button.value));
  document.addEventListener("kb:read", name);
  name();
  hook.append(button);
}

function keep(sections, state) {
  const kept = tools.store.get(STORE, {});
  for (const section of sections) {
    if (state === "unread") delete kept[section];
    else kept[section] = [state, Math.floor(Date.now() / 1000)];
    const hook = document.querySelector(`span[data-read="${section}"]`);
    if (hook) show(hook, state);
  }
  tools.store.set(STORE, kept);
  document.dispatchEvent(new Event("kb:read"));
  tools.say(labels.here);
}

/** The section that one reads: the first whose end is not yet far above. */
function markHere() {
  const hooks = [...document.querySelectorAll("[data-read]")].filter((hook) => hook.offsetParent);
  const here = hooks.find((hook) => hook.getBoundingClientRect().bottom > innerHeight / 4);
  const whole = "[data-read-all], [data-read-page] button";
  const button = here?.querySelector("button") ?? document.querySelector(whole) ?? hooks[0]?.querySelector("button");
  button?.click();
}
