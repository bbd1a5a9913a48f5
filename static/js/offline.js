// Keeping a topic or a path offline: the button below a text, the list of what is kept, its search, and
// what waits to be sent. The worker (worker.js) does the work; it is registered when first needed.

const words = document.getElementById("kb:offline").dataset;
const isAble = "serviceWorker" in navigator && "caches" in window;
const MEGABYTE = 1 << 20;
let isBusy = false; // fetching, which says so where the button was

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const filled = (text, ...values) => values.reduce((filling, value) => filling.replace("{}", value), text);
const dateOf = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });

async function worker() {
  if (!isAble) return undefined;
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.active ?? undefined;
}

/** Has the worker do something, and gives what it answers. */
function call(active, action, data = {}, onProgress = () => {}) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: told }) => {
      if (told.progress) return onProgress(told.progress);
      port1.close();
      return told.error === undefined ? resolve(told.value) : reject(Object.assign(new Error(told.error), { said: told.said }));
    };
    active.postMessage({ action, ...data }, [port2]);
  });
}

async function stateNow() {
  const active = await worker();
  const nothing = { sets: [], queue: [], refused: [], asked: 0 };
  return active ? call(active, "state") : nothing;
}

/** Keep a set, or fetch it again; `status` says how far it is. */
async function keep(kind, section, status) {
  status.textContent = filled(words.busy, 0, "…");
  isBusy = true;
  try {
    await navigator.serviceWorker.register(words.worker, { scope: "/", updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    navigator.storage?.persist?.();
    await call(active, "keep", { kind, section }, ({ done, count }) => {
      status.textContent = filled(words.busy, done, count);
    });
    status.textContent = words.done;
    return true;
  } catch (error) {
    status.textContent = error.said ?? words[error.message] ?? words.failed;
    status.classList.add("error");
    return false;
  } finally {
    isBusy = false;
  }
}

const button = (text, work, isQuiet = true) => {
  const element = make("button", { type: "button", class: `button${isQuiet ? " button-quiet" : ""}` }, text);
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-disabled") === "true") return;
    element.setAttribute("aria-disabled", "true");
    await work();
    element.removeAttribute("aria-disabled");
  });
  return element;
};

// Below a text.

const hook = document.querySelector("[data-keep]");

const samePlace = (url) => new URL(url, location.origin).pathname === location.pathname;

async function showButton() {
  const [kind, section] = hook.dataset.keep.split(" ");
  const { sets } = await stateNow();
  const set = sets.find(({ pages }) => pages.some(([, url]) => samePlace(url)));
  const status = make("p", { role: "status" });
  const again = async () => {
    status.className = "";
    if (await keep(set?.kind ?? kind, set?.section ?? section, status)) {
      const text = status.textContent;
      await showButton();
      hook.querySelector("[role=status]").prepend(`${text} `);
    }
  };
  const list = make("a", { href: words.list }, words.all);
  if (set) {
    status.append(filled(set.isOld ? words.old : words.kept, dateOf(set.at)), " ", list);
    hook.replaceChildren(status, ...(set.isOld ? [button(words.fetch, again, false)] : []));
  } else {
    hook.replaceChildren(button(words[kind], again), status);
  }
}

// The list.

const list = document.querySelector("[data-kept-list]");

async function showList() {
  const state = await stateNow();
  const rows = state.sets.map(rowOf);
  const empty = make("p", { class: "empty" }, isAble ? words.none : words.unable);
  list.replaceChildren(
    ...waiting(state),
    ...(state.asked ? [make("p", {}, make("a", { class: "button", href: "/learn/review/" }, filled(words.review, state.asked)))] : []),
    rows.length ? make("ul", { class: "list kept" }, ...rows) : empty,
  );
  document.querySelector("[data-kept-all]").hidden = !rows.length;
  document.querySelector("[data-kept-search]").hidden = !rows.length;
}

function rowOf(set) {
  const status = make("p", { role: "status", class: "muted" }, set.isOld ? filled(words.old, dateOf(set.at)) : "");
  const size = Math.max(0.1, set.size / MEGABYTE).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const facts = filled(words.facts, set.pages.length, set.cards, size, dateOf(set.at));
  const again = async () => {
    if (await keep(set.kind, set.section, status)) await showList();
  };
  const gone = async () => {
    await call(await worker(), "remove", { key: set.key });
    await showList();
    document.querySelector("h1").focus();
  };
  const tools = make("p", { class: "kept-tools" }, button(words.again, again, !set.isOld), " ", button(words.remove, gone));
  return make("li", { class: "kept-row" }, make("a", { href: set.url, lang: "en" }, set.title), make("p", { class: "muted" }, facts), status, tools);
}

function waiting({ queue, refused }) {
  const boxes = queue.length ? [make("p", { class: "message", role: "status" }, filled(words.waiting, queue.length))] : [];
  if (!refused.length) return boxes;
  const lines = refused.map((item) => {
    const from = item.from ? make("a", { href: item.from }, new URL(item.from).pathname) : item.url;
    return make("li", {}, from, ` (${dateOf(item.at)}): ${item.message}`);
  });
  const dismiss = button(words.dismiss, async () => {
    await call(await worker(), "dismiss");
    await showList();
  });
  return [...boxes, make("div", { class: "message error", role: "alert" }, make("p", {}, words.refused), make("ul", {}, ...lines), dismiss)];
}

async function startList() {
  document.querySelector("h1").tabIndex = -1;
  document.querySelector("[data-kept-all] button").addEventListener("click", async () => {
    await call(await worker(), "removeAll");
    await showList();
    document.querySelector("h1").focus();
  });
  const form = document.querySelector("[data-kept-search]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `${words.list}?${new URLSearchParams({ q: form.elements.q.value })}`);
    showFound(form.elements.q.value);
  });
  await showList();
  const typed = new URLSearchParams(location.search).get("q");
  if (!typed || form.hidden) return;
  form.elements.q.value = typed;
  await showFound(typed);
}

async function showFound(typed) {
  const box = document.querySelector("[data-kept-found]");
  const active = await worker();
  if (!typed.trim() || !active) return box.replaceChildren();
  const [{ search, snippet }, indexes] = await Promise.all([import(words.search), call(active, "search")]);
  const found = search(indexes, typed).slice(0, 30);
  const status = make("p", { role: "status", class: "muted" }, found.length ? filled(words.found, found.length) : words.nothing);
  const rows = found.map(({ section, holdsAll }) => {
    const pieces = snippet(indexes.find((index) => index.sections.includes(section)), section, typed);
    const text = pieces.map(([piece, isMarked]) => (isMarked ? make("mark", {}, piece) : piece));
    const above = section.above.length ? [make("p", { class: "crumbs muted", lang: "en" }, section.above.join(" › "))] : [];
    const title = make("h3", { lang: "en" }, make("a", { href: section.url }, `${section.number} ${section.title}`.trim()));
    const why = holdsAll ? [] : [make("p", { class: "why muted" }, make("span", { class: "chip" }, words.some))];
    return make("li", { class: "result", "data-section": section.id }, ...above, title, make("p", { class: "snippet", lang: "en" }, ...text), ...why);
  });
  const heading = make("h2", { class: "visually-hidden" }, words.sections);
  return box.replaceChildren(heading, status, make("ol", { class: "results" }, ...rows));
}

// Marks that wait: a kept page shows them, and takes notes.

async function showWaiting() {
  const { queue } = await stateNow();
  for (const { url, fields } of queue) {
    const told = Object.fromEntries(fields);
    if (url === "/learn/highlights/") {
      if (!document.querySelector(`[data-read="${told.section}"]`)) continue;
      const { showWaiting } = await import(document.getElementById("kb:app").dataset.highlights);
      showWaiting(told);
      continue;
    }
    const [section] = url.match(/\d+/);
    if (url.startsWith("/learn/progress/")) showRead(section, (told.what ?? told.state).split(" "));
    const bookmark = document.querySelector(`form[data-bookmark][action*="/sections/${section}/"]`);
    if (!bookmark || !url.startsWith("/bookmarks/")) continue;
    const isOn = url.endsWith("/add/");
    bookmark.action = `/bookmarks/sections/${section}/${isOn ? "remove" : "add"}/`;
    bookmark.querySelector("button").setAttribute("aria-pressed", String(isOn));
    bookmark.querySelector("[data-note]").hidden = !isOn;
  }
}

function showRead(section, [state, scope]) {
  const forms = scope ? document.querySelectorAll("form[data-read]") : document.querySelectorAll(`form[data-read="${section}"]`);
  for (const form of forms) {
    ["read", "again"].forEach((value, place) => {
      const pressed = form.querySelectorAll("button")[place];
      pressed.setAttribute("aria-pressed", String(state === value));
      pressed.value = state === value ? "unread" : value;
    });
  }
}

function takeNotes(event) {
  const link = event.target.closest("[data-note]");
  if (!link || navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  const section = link.closest("form").action.match(/sections\/(\d+)\//)[1];
  const name = `kb:note-${section}`;
  if (document.getElementById(name)) return;
  const area = make("textarea", { id: name, rows: 5 });
  const label = make("label", { for: name }, words.note);
  const status = make("p", { role: "status" });
  const form = make("form", { class: "form" }, label, area, make("button", { class: "button", type: "submit" }, words.save), status);
  form.addEventListener("submit", async (sent) => {
    sent.preventDefault();
    const body = new FormData();
    body.set("note", area.value);
    const response = await fetch(`/learn/offline/note/${section}/`, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await response.json();
    if (response.ok) form.replaceChildren(status);
    status.textContent = told.message ?? told.error.message;
  });
  (link.closest(".title, .section-head") ?? link.closest("form").parentElement).after(form);
  area.focus();
}

async function meet() {
  const active = await worker();
  if (active) await call(active, "meet");
}

if (isAble) {
  if (hook) {
    showButton();
    showWaiting();
    document.addEventListener("click", takeNotes, true);
  }
  addEventListener("online", meet);
  navigator.serviceWorker.addEventListener("message", () => {
    const place = list ?? hook;
    const isRead = place.contains(document.activeElement) || place.querySelector(".keep > .error");
    if (!isBusy && !isRead) (list ? showList : showButton)();
  });
}
if (list) startList();
