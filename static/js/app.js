// On every page: dialogs, keys, what the bar on top shows, and the other modules where they are wanted.

const app = document.getElementById("kb:app").dataset;
const words = document.getElementById("kb:words").dataset;

/** A place in `parent` whose changes are read out; behind an open dialog nothing is. */
function addStatus(parent) {
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "visually-hidden";
  return parent.appendChild(status);
}
const pageStatus = addStatus(document.body);

/** What a page keeps in the browser; nothing is kept where storage is closed to us. */
const store = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Then it is forgotten with the page.
    }
  },
};

const say = (text) => {
  const status = document.querySelector("dialog[open] > [role=status]") ?? pageStatus;
  status.textContent = text;
};

/** What the address names on the page; anybody may have written it. */
function place() {
  const name = location.hash.slice(1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** For the reading page that is about to open: which words to mark there. */
const carry = (found) => store.set("carried", { ...found, at: Date.now() });

/** The server's answer to a learner's form, sent at once: below 64 KB it arrives although she leaves the page. */
export async function post(url, body, isSmall = true) {
  // The worker, which cannot know whose page this is, leaves a token of before to us.
  const headers = { Accept: "application/json", "X-Renews-Token": "yes" };
  // What the worker has it sends without the page; Firefox would send around it.
  const keepalive = isSmall && !navigator.serviceWorker?.controller;
  const send = () => fetch(url, { method: "POST", body, headers, keepalive });
  const response = await send();
  if (response.status !== 403) return response;
  return (await (await import(app.token)).renew(body)) ? send() : response;
}

const tools = {
  app,
  words,
  store,
  say,
  carry,
  place,
  post,
  /** Keys that work outside fields; modules add their own. */
  get keys() {
    return KEYS;
  },
};

// How to read: the theme, and the size, width and font of texts. `theme.js` shows what was chosen.

const root = document.documentElement;

function prepareSettings(dialog) {
  const form = dialog.querySelector("form");
  const reading = store.get("reading", {});
  for (const field of form.elements) {
    const chosen = field.name === "theme" ? root.dataset.theme : (reading[field.name] ?? "");
    if (field.type === "radio") field.checked = field.value === chosen;
  }
  form.addEventListener("change", ({ target }) => {
    if (target.value) root.dataset[target.name] = target.value;
    else delete root.dataset[target.name];
    if (target.name !== "theme") {
      store.set("reading", { ...store.get("reading", {}), [target.name]: target.value });
      return;
    }
    try {
      localStorage.setItem("theme", target.value);
    } catch {
      // The page still shows it.
    }
  });
}

// Where the font for emoji had to be fetched, Chromium leaves a box in the place of the first one
// until the text is laid out again.

function shapeAnew() {
  const isFetched = [...document.fonts].some((font) => font.status === "loaded");
  if (isFetched) root.style.textRendering = "optimizeLegibility";
}
shapeAnew();
document.fonts.addEventListener("loadingdone", shapeAnew);

// Search fields: what shows results while typing is fetched when one is first used.

let palette;
const withPalette = () => (palette ??= import(app.palette).then((module) => module.start(tools)));

document.querySelectorAll("input[type=search][name=q]").forEach((field) => {
  if (!field.closest(`form[action="${app.search}"]`)) return;
  field.addEventListener("focus", () => withPalette().then((p) => p.attach(field)), { once: true });
});

// Dialogs. Closing one gives the focus back to where it was.

const dialogs = {};

function toggle(name, prepare) {
  if (dialogs[name]?.open) {
    dialogs[name].close();
    return;
  }
  document.querySelector("dialog[open]")?.close();
  if (!dialogs[name]) {
    const dialog = document.getElementById(`kb:${name}`).content.firstElementChild.cloneNode(true);
    dialogs[name] = document.body.appendChild(dialog);
    addStatus(dialog);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    prepare(dialog);
  }
  dialogs[name].showModal();
}

function togglePalette() {
  toggle("palette", (dialog) => {
    const close = () => dialog.close();
    const field = dialog.querySelector("input");
    withPalette().then((p) => p.attach(field, { isPalette: true, close }));
  });
  if (!dialogs.palette.open) return;
  const field = dialogs.palette.querySelector("input");
  field.select();
  if (!field.value) field.dispatchEvent(new Event("input")); // recent searches may be others by now
}

function toggleShortcuts() {
  toggle("shortcuts", (dialog) => {
    const box = dialog.querySelector("input");
    box.checked = store.get("keys", true);
    box.addEventListener("change", () => store.set("keys", box.checked));
    dialog.querySelector("[data-forget]").addEventListener("click", () => {
      store.set("recent", []);
      say(words.forgotten);
    });
  });
}

const OPENERS = {
  shortcuts: toggleShortcuts,
  palette: togglePalette,
  settings: () => toggle("settings", prepareSettings),
};

document.querySelectorAll("[data-open]").forEach((opener) => {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    OPENERS[opener.dataset.open]();
  });
});

// The bar names the page once its title is out of sight. Drawers close where one leaves them.

const title = document.querySelector("h1");
if (title && document.querySelector(".here")) {
  new IntersectionObserver(
    ([seen]) => {
      const isAbove = !seen.isIntersecting && seen.boundingClientRect.top < 100;
      root.toggleAttribute("data-scrolled", isAbove);
    },
    { rootMargin: "-56px 0px 0px" },
  ).observe(title);
}

const openDrawer = () => document.querySelector(".drawer[open]");
document.addEventListener("click", (event) => {
  const drawer = openDrawer();
  if (!drawer || event.target.closest("summary")) return;
  const isInside = drawer.parentElement.contains(event.target) || event.target.closest(".top");
  if (!isInside || event.target.closest("a[href^='#']")) drawer.open = false;
});

// What is folded in the tree stays folded on the next page.

const folds = new Set(store.get("folds", []));
document.querySelectorAll("[data-fold]").forEach((fold) => {
  const name = fold.dataset.fold;
  if (folds.has(name) && !fold.querySelector("[aria-current=page]")) fold.open = false;
  fold.addEventListener("toggle", () => {
    if (fold.open) folds.delete(name);
    else folds.add(name);
    store.set("folds", [...folds].slice(-50));
  });
});

// A form that is pressed twice is sent once; what scripts send is theirs to guard.

const BOTH_PRESSES = 3_000; // milliseconds

addEventListener("submit", (event) => {
  const { dataset, method } = event.target;
  if (event.defaultPrevented || method !== "post") return;
  if (dataset.sent) event.preventDefault();
  dataset.sent = "true";
  setTimeout(() => delete dataset.sent, BOTH_PRESSES);
});

// A list that shows what holds the typed words, with the groups around it.

document.querySelectorAll("[data-filter]").forEach((field) => {
  const list = field.closest("[data-filtered]");
  const rows = [...list.querySelectorAll("[data-row]")];
  field.addEventListener("input", () => {
    const typed = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.toggleAttribute("data-filtering", typed.length > 0);
    const fits = (row) => typed.every((word) => row.querySelector("a").textContent.toLowerCase().includes(word));
    const shown = new Set(rows.filter(fits));
    for (const row of shown) {
      for (let up = row.parentElement.closest("[data-row]"); up; up = up.parentElement.closest("[data-row]")) shown.add(up);
    }
    for (const row of rows) {
      row.hidden = !shown.has(row);
      const fold = row.querySelector("details");
      if (fold) fold.open = Boolean(typed.length) && [...fold.querySelectorAll("[data-row]")].some(fits);
    }
    for (const group of list.querySelectorAll("section")) {
      group.hidden = !group.querySelector("[data-row]:not([hidden])");
    }
    list.querySelector("[data-none]").hidden = shown.size > 0;
  });
});

// The results page.

const isStranger = document.querySelector(".site-nav a[href^='/accounts/login']");
if (isStranger && store.get("isLearner", false)) {
  for (const name of ["recent", "carried"]) store.set(name, null); // what she searched goes with her log-in
}
if (isStranger || document.querySelector("form[data-account]")) store.set("isLearner", !isStranger);

const resultLinks = [...document.querySelectorAll("[data-results] h3 a")];
const query = location.pathname === app.search && new URLSearchParams(location.search).get("q");

if (query && resultLinks.length) {
  const recent = store.get("recent", []).filter((q) => q !== query);
  store.set("recent", [query, ...recent].slice(0, 6));
}
for (const type of ["click", "auxclick"]) {
  document.querySelector("[data-results]")?.addEventListener(type, (event) => {
    if (event.target.closest("h3 a")) opened(event.target.closest(".result"));
  });
}

function opened(result) {
  const marks = [...result.querySelectorAll("mark")].map((mark) => mark.textContent);
  carry({ marks: [...new Set(marks)], typed: query });
  const told = new URLSearchParams({ q: query, section: result.dataset.section });
  navigator.sendBeacon?.(app.opened, told);
}

function moveTo(step) {
  const at = resultLinks.indexOf(document.activeElement);
  const next = at < 0 && step < 0 ? -1 : at + step;
  const link = resultLinks[(next + resultLinks.length) % resultLinks.length];
  link.focus();
  link.scrollIntoView({ block: "nearest" });
}

// Keys. Those without Ctrl or ⌘ can be turned off (WCAG 2.1.4), and never fire in a field.

const KEYS = {
  "/": togglePalette,
  "?": toggleShortcuts,
  p: () => document.querySelector("main a[rel=prev]")?.click(),
  n: () => document.querySelector("main a[rel=next]")?.click(),
  j: () => moveTo(1),
  k: () => moveTo(-1),
  ArrowDown: () => moveTo(1),
  ArrowUp: () => moveTo(-1),
};

const isField = (element) =>
  element.matches?.("input:not([type=checkbox], [type=radio]), select, textarea") ||
  element.isContentEditable;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = event.key;
  const drawer = openDrawer();
  if (key === "Escape" && drawer && !document.querySelector("dialog[open]")) {
    drawer.open = false;
    drawer.querySelector("summary").focus();
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey) {
    if (key.toLowerCase() !== "k" || event.shiftKey) return;
    event.preventDefault(); // else the browser's own bar opens
    togglePalette();
    return;
  }
  if (!KEYS[key] || isField(event.target) || document.querySelector("dialog[open]")) return;
  if (key.startsWith("Arrow")) {
    if (!resultLinks.includes(document.activeElement)) return;
  } else if (!store.get("keys", true)) {
    return;
  }
  if ("jk".includes(key) && !resultLinks.length) return;
  event.preventDefault();
  KEYS[key]();
});

// What only some pages need.

if (document.querySelector("article.prose")) {
  import(app.reading).then((module) => module.start(tools));
}
if (document.querySelector("article.prose") && document.querySelector("section.highlights")) {
  import(app.highlights).then((module) => module.start(tools));
}
const isLeftOver = document.querySelector(".site-nav form") && Object.keys(store.get("read", {})).length; // marked before the log-in
if (isLeftOver || document.querySelector("[data-read], [data-read-page]")) {
  import(app.learner).then((module) => module.start(tools));
}
if (document.querySelector("form[data-bookmark]")) {
  import(app.bookmarks).then((module) => module.start(tools));
}
