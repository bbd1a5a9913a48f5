// Words of the glossary are explained where they are: once a section, when they are pointed at,
// tapped or reached by Tab. Each is a link to the glossary.

const SKIPPED = "a, button, code, kbd, pre, math, summary, dfn, h1, h2, h3, h4, h5, h6, nav, form, .tools, .meta, .note-title";
const MOST = 5; // of a section
const PAUSE = 250; // milliseconds
const meanings = new Map();
let tools;
let box;
let shownFor;
let timer;

export async function start(given, article) {
  tools = given;
  if (document.documentElement.dataset.terms === "off") return;
  const names = await (await fetch(`${tools.app.glossary}terms.json`)).json();
  if (!names.length) return;
  explain(article, names);
  document.dispatchEvent(new Event("kb:text"));
  const over = (event) => event.target.closest?.(".term, .meaning");
  article.addEventListener("pointerover", (event) => {
    if (event.pointerType === "mouse" && over(event)) soon(event.target.closest(".term"));
  });
  article.addEventListener("pointerout", (event) => {
    if (event.pointerType === "mouse" && over(event)) soon(null);
  });
  article.addEventListener("focusin", (event) => event.target.matches(".term:focus-visible") && show(event.target));
  article.addEventListener("focusout", () => soon(null));
  article.addEventListener("click", (event) => {
    const term = event.target.closest(".term");
    if (!term || event.pointerType !== "touch" || shownFor === term) return;
    event.preventDefault();
    show(term);
  });
  document.addEventListener("pointerdown", (event) => over(event) || hide());
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
}

function explain(article, names) {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  const escaped = [...known.keys()].sort((a, b) => b.length - a.length).map((name) => RegExp.escape?.(name) ?? name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_/.-])(${escaped.join("|")})s?(?![\\p{L}\\p{N}_/-])`, "giu");
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.matches(SKIPPED) && !node.matches("h1, h2, h3, h4, h5, h6")
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  let seen = new Set();
  let heading = "";
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (!/^H\d$/.test(node.tagName)) continue;
      heading = node.textContent.toLowerCase();
      seen = new Set();
      continue;
    }
    if (node.parentElement.closest(SKIPPED)) continue;
    for (const match of node.data.matchAll(pattern)) {
      const name = known.get(match[1].toLowerCase());
      const isOther = name === name.toUpperCase() && match[1] !== name; // "rest" is no "REST"
      if (isOther || seen.has(name) || seen.size >= MOST || heading.includes(name.toLowerCase())) continue;
      seen.add(name);
      found.push([node, match, name]);
    }
  }
  for (const [node, match, name] of found.reverse()) {
    const word = node.splitText(match.index);
    word.splitText(match[0].length);
    const link = document.createElement("a");
    link.className = "term";
    link.href = `${tools.app.glossary}?filter=${encodeURIComponent(name)}`;
    link.dataset.term = name;
    word.replaceWith(link);
    link.append(word);
  }
}

function soon(term) {
  clearTimeout(timer);
  timer = setTimeout(() => (term ? show(term) : hide()), PAUSE);
}

async function show(term) {
  clearTimeout(timer);
  if (shownFor === term) return;
  hide();
  shownFor = term;
  const name = term.dataset.term;
  if (!meanings.has(name)) {
    const answer = await fetch(`${tools.app.glossary}meaning.json?term=${encodeURIComponent(name)}`);
    meanings.set(name, answer.ok ? await answer.json() : null);
  }
  const meaning = meanings.get(name);
  if (!meaning || shownFor !== term) return;
  box = document.createElement("div");
  box.className = "meaning";
  box.setAttribute("role", "status");
  document.body.append(box);
  const link = document.createElement("a");
  link.href = meaning.url;
  link.textContent = tools.words.glossary;
  box.append(meaning.text, link);
  box.lang = "en";
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => soon(null));
  const at = term.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const isBelow = at.bottom + height + 8 < innerHeight || at.top < height + 64;
  box.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8)) + scrollX}px`;
  box.style.top = `${(isBelow ? at.bottom + 6 : at.top - height - 6) + scrollY}px`;
}

function hide() {
  clearTimeout(timer);
  box?.remove();
  box = shownFor = null;
}
