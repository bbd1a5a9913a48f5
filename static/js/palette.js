// Results while typing: below any search field, and in the palette's.
// The pattern is the WAI-ARIA combobox with a listbox: the focus stays in the field.

const PAUSE = 80; // milliseconds without a key before the server is asked
const REMEMBERED = 60; // answers
const LONGEST_WAIT = 1000; // milliseconds that Enter waits for rows
const answers = new Map();
let tools;
let number = 0;

export function start(given) {
  tools = given;
  return { attach };
}

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};
const addressOfAll = (q) => `${tools.app.search}?${new URLSearchParams({ q })}`;

/** The server's rows for `q`; those asked for before come from memory. */
async function ask(q, signal) {
  if (answers.has(q)) return answers.get(q);
  const response = await fetch(`${tools.app.suggest}?${new URLSearchParams({ q })}`, { signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  const rows = (await response.json()).results;
  if (answers.size >= REMEMBERED) answers.delete(answers.keys().next().value);
  answers.set(q, rows);
  return rows;
}

/** Shows rows below `field`. In the palette the first row is chosen, and recent searches show. */
function attach(field, { isPalette = false, close = () => {} } = {}) {
  if (field.getAttribute("role") === "combobox") return;
  const { words, store, say } = tools;
  const list = make("div", {
    id: `kb:suggestions-${++number}`,
    role: "listbox",
    class: "suggestions",
    "aria-label": words.sections,
  });
  list.hidden = true;
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    field.setAttribute(name, value);
  }
  field.form.after(list);
  if (!isPalette) field.form.append(list);
  let timer;
  let asking;
  let active = null;
  let shownFor = null; // what the rows answer
  let opensFor = null; // what Enter was pressed for before its rows were there
  const typed = () => field.value.trim();
  const options = () => [...list.querySelectorAll("[role=option]")];

  function choose(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(groups, all) {
    const boxes = groups.map(([title, links]) => {
      const head = make("span", { class: "group", "aria-hidden": "true", lang: "en" }, title);
      return make("div", { role: "group", "aria-label": title }, head, ...links);
    });
    list.replaceChildren(...boxes, ...(all ? [all] : []));
    options().forEach((option, i) => {
      option.id = `${list.id}-${i}`;
      option.setAttribute("aria-selected", "false");
      option.tabIndex = -1;
    });
    list.hidden = !list.children.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    active = null;
    choose(isPalette && boxes.length && typed() ? options()[0] : null);
    list.scrollTop = 0;
  }

  function hide() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(null);
  }

  function showRecent() {
    const recent = isPalette ? store.get("recent", []) : [];
    shownFor = "";
    const links = recent.map((q) => make("a", { role: "option", href: addressOfAll(q) }, q));
    show(links.length ? [[words.recent, links]] : []);
  }

  function showRows(q, rows) {
    if (q === shownFor && !list.hidden) return; // the chosen row changes with the typing alone
    shownFor = q;
    const groups = new Map();
    for (const row of rows) {
      if (!groups.has(row.topic.path)) groups.set(row.topic.path, [row.topic.title, []]);
      groups.get(row.topic.path)[1].push(linkTo(row, q));
    }
    const text = words.all.replace("{}", q);
    show([...groups.values()], make("a", { role: "option", href: addressOfAll(q), class: "all" }, text));
    say(rows.length ? words.count.replace("{}", rows.length) : words.none);
  }

  async function update() {
    const q = typed();
    asking?.abort();
    if (!q) return isPalette ? showRecent() : hide();
    asking = new AbortController();
    let rows;
    try {
      rows = await ask(q, asking.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      rows = []; // "see all results" still leads on
    }
    if (q !== typed()) return;
    showRows(q, rows);
    if (q === opensFor) open(active);
  }

  /** Opens what Enter is for once its rows are there; without them, soon the results page. */
  function openSoon() {
    const q = typed();
    opensFor = q;
    clearTimeout(timer);
    setTimeout(() => {
      if (opensFor === q) open(null);
    }, LONGEST_WAIT);
    update();
  }

  function move(step) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(active);
    choose(all[(at < 0 && step < 0 ? all.length - 1 : at + step + all.length) % all.length]);
  }

  function open(option, inTab) {
    opensFor = null;
    const address = option ? option.href : addressOfAll(typed());
    if (option) chosen(option);
    if (inTab) window.open(address, "_blank");
    else location.assign(address);
  }

  function chosen(option) {
    if (!option.dataset.section) return;
    tools.carry({ marks: [], typed: typed() });
    const recent = store.get("recent", []).filter((q) => q !== typed());
    store.set("recent", [typed(), ...recent].slice(0, 6));
  }

  field.addEventListener("input", () => {
    opensFor = null;
    clearTimeout(timer);
    timer = setTimeout(update, typed() ? PAUSE : 0);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const inTab = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      const isShown = shownFor === typed(); // never a row of an older query
      if (isPalette && !isShown && !inTab && typed()) {
        openSoon();
      } else {
        const option = isShown ? active : null;
        if (!option && !(inTab && typed())) return; // the form is sent
        open(option, inTab);
      }
    } else if (event.key === "Escape") {
      if (field.value) {
        field.value = "";
        update();
      } else {
        hide();
        close();
      }
    } else {
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  for (const type of ["click", "auxclick"]) {
    list.addEventListener(type, (event) => {
      const option = event.target.closest("[role=option]");
      if (option) chosen(option);
    });
  }
  if (!isPalette) field.addEventListener("blur", hide);
  if (typed() !== field.defaultValue.trim()) update(); // typed while this module was fetched
  else if (isPalette) showRecent();
}

function linkTo(row, q) {
  const title = make("span", { class: "suggestion-title" }, ...marked(row.title, q));
  const link = make("a", { role: "option", href: row.url, lang: "en", "data-section": row.id }, title);
  if (row.number) title.prepend(make("span", { class: "number" }, row.number), " ");
  const above = row.breadcrumbs.filter((name) => name !== row.topic.title && name !== row.title);
  if (above.length) link.append(make("span", { class: "muted" }, above.join(" › ")));
  return link;
}

/** The title in pieces, with <mark> around words that begin with a typed word. */
function marked(title, q) {
  const starts = q.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return title.split(/([\p{L}\p{N}]+)/u).map((piece) => {
    const start = starts.find((word) => piece.toLowerCase().startsWith(word));
    if (!start || !piece) return piece;
    const mark = make("mark", {}, piece.slice(0, start.length));
    return make("span", {}, mark, piece.slice(start.length));
  });
}
