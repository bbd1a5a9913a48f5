// Draws the learner's highlights without touching the page's markup, and makes new ones of a
// selection: by mouse, by touch, or with the key h.

const SKIPPED = ".tools, .heading, .title, .meta, .lead, .copy, .advice, .path-state, form, nav, button";
const CONTEXT = 32;
const LONGEST = 2000;
const article = document.querySelector("article.prose");
const list = document.querySelector("section.highlights");
let tools;
let bar;
let drawn = []; // the entries of highlights that are drawn, with their ranges, in the order of the text
let isBusy = false; // sending, so that two presses make one highlight
let opened; // what shows the tools of one of them
let made; // the entry of the highlight that was made last, until its tools were open

export function start(given) {
  tools = given;
  draw();
  bar = list.parentElement.insertBefore(makeBar(), list);
  document.addEventListener("selectionchange", () => {
    bar.hidden = !chosen().length;
    if (!bar.hidden) close();
  });
  list.addEventListener("submit", remove);
  article.addEventListener("click", openAt);
  document.addEventListener("kb:text", draw); // text was cut again
  tools.keys.h = () => make("yellow");
  tools.keys.e = openNext;
}

/** The text of each section with single spaces, as the server reads it, and where each character is. */
function texts() {
  const found = new Map();
  let nodes = [];
  const filter = (node) =>
    node.nodeType === Node.ELEMENT_NODE && node.matches(SKIPPED) && !node.dataset.read
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT;
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, filter);
  let end = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (end?.contains(node)) continue;
    if (node.nodeType === Node.TEXT_NODE) nodes.push(node);
    else if (node.dataset.read) {
      end = node;
      found.set(node.dataset.read, flat(nodes));
      nodes = [];
    }
  }
  return found;
}

function flat(nodes) {
  let text = "";
  const places = [];
  for (const node of nodes) {
    for (let at = 0; at < node.data.length; at++) {
      const isSpace = /\s/.test(node.data[at]);
      if (isSpace && (!text || text.endsWith(" "))) continue;
      text += isSpace ? " " : node.data[at];
      places.push([node, at]);
    }
  }
  return { text, places };
}

// Drawing.

function draw() {
  if (!globalThis.Highlight || !CSS.highlights) return;
  const entries = list.querySelectorAll("[data-highlight]");
  const sections = entries.length ? texts() : new Map(); // it reads the text letter by letter
  const ranges = {};
  drawn = [];
  for (const entry of entries) {
    const { section, start, color, state, prefix } = entry.dataset;
    const where = sections.get(section);
    if (!where || state === "orphaned") continue;
    const exact = entry.querySelector("[data-exact]").textContent;
    const at = placeOf(where.text, exact, Number(start), prefix);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(...where.places[at]);
    const [node, offset] = where.places[at + exact.length - 1];
    range.setEnd(node, offset + 1);
    ranges[color] ??= [];
    ranges[color].push(range);
    if (entry.querySelector("form")) drawn.push({ entry, range });
  }
  drawn.sort((one, other) => one.range.compareBoundaryPoints(Range.START_TO_START, other.range));
  for (const color of list.dataset.colors.split(" ")) {
    CSS.highlights.set(`learner-${color}`, new Highlight(...(ranges[color] ?? [])));
  }
}

/** Where the words are on this page, which may show more or less than the section's text. */
function placeOf(text, exact, start, prefix) {
  if (text.startsWith(exact, start)) return start;
  const before = text.indexOf(prefix + exact);
  return before < 0 ? text.indexOf(exact) : before + prefix.length;
}

// The tools of one highlight: those of its entry in the list, at hand where its words are.

function openAt(event) {
  if (!getSelection().isCollapsed || event.target.closest("a, button, summary, input, label")) return;
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const old = place ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const [node, at] = place ? [place.offsetNode, place.offset] : [old?.startContainer, old?.startOffset];
  const found = node && drawn.findLast(({ range }) => range.isPointInRange(node, at));
  if (found) open(found);
  else close();
}

/** With the key e: the highlight of the selected words, the next one from the one that is open, the
    one that was just made, or the first in view. */
function openNext() {
  if (!drawn.length) return;
  const selection = getSelection();
  const words = selection.isCollapsed || !selection.rangeCount ? null : selection.getRangeAt(0);
  const own = drawn.find(({ range }) => words && doMeet(range, words));
  const now = drawn.findIndex(({ entry }) => entry.id === opened?.dataset.of);
  const fresh = drawn.find(({ entry, range }) => entry.id === made && range.getBoundingClientRect().bottom > 0);
  const below = drawn.findIndex(({ range }) => range.getBoundingClientRect().bottom > 0);
  const next = own ?? (now < 0 ? fresh : null) ?? drawn[now < 0 ? Math.max(0, below) : (now + 1) % drawn.length];
  made = null;
  selection.removeAllRanges(); // what is selected has tools of its own, which close these
  const { top, bottom } = next.range.getBoundingClientRect();
  if (top < innerHeight / 8 || bottom > innerHeight * 0.8) {
    scrollTo({ top: scrollY + top - innerHeight / 3, behavior: "instant" });
  }
  open(next);
  opened.querySelector("a, button").focus();
}

function doMeet(one, other) {
  return (
    one.compareBoundaryPoints(Range.END_TO_START, other) < 0 &&
    one.compareBoundaryPoints(Range.START_TO_END, other) > 0
  );
}

function open({ entry }) {
  close();
  opened = document.createElement("div");
  opened.className = "highlight-bar highlight-tools";
  opened.dataset.of = entry.id;
  opened.setAttribute("role", "toolbar");
  opened.setAttribute("aria-label", entry.querySelector("[data-exact]").textContent.slice(0, 80));
  opened.append(entry.querySelector("form").cloneNode(true));
  opened.addEventListener("submit", remove);
  opened.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  list.before(opened);
}

/** Words that wait to be sent, in the list and drawn; their tools come with the server's answer. */
export function showWaiting({ section, start, exact, before, color }) {
  const quote = document.createElement("blockquote");
  quote.className = `quote quote-${color}`;
  quote.lang = "en";
  quote.dataset.exact = "";
  quote.textContent = exact;
  const entry = document.createElement("li");
  Object.assign(entry.dataset, { highlight: "", section, start, color, prefix: before });
  entry.append(quote);
  list.querySelector("ul").append(entry);
  list.hidden = false;
  draw();
}

function close() {
  opened?.remove();
  opened = null;
}

// Making.

function makeBar() {
  const box = document.createElement("div");
  box.className = "highlight-bar";
  box.hidden = true;
  box.setAttribute("role", "toolbar");
  box.setAttribute("aria-label", list.dataset.highlightWord);
  const names = list.dataset.names.split(" ");
  list.dataset.colors.split(" ").forEach((color, index) => {
    box.append(buttonOf(`${list.dataset.highlightWord}: ${names[index]}`, `swatch quote-${color}`, () => make(color)));
  });
  if (navigator.clipboard) {
    const link = buttonOf(list.dataset.link, "button button-quiet", copyLink);
    link.textContent = list.dataset.link;
    box.append(link);
  }
  // A press must not take the selection away.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  return box;
}

function buttonOf(name, className, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = className;
  button.setAttribute("aria-label", name);
  button.title = name;
  button.addEventListener("click", onClick);
  return button;
}

/** The selected words of each section that has some: its key, and where they are in its text. */
function chosen() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return [];
  const range = selection.getRangeAt(0);
  if (!article.contains(range.commonAncestorContainer)) return [];
  const found = [];
  for (const [section, where] of texts()) {
    const isInside = within(range);
    let start = where.places.findIndex(isInside);
    if (start < 0) continue;
    let end = where.places.findLastIndex(isInside) + 1;
    while (start < end && where.text[start] === " ") start++;
    while (end > start && where.text[end - 1] === " ") end--;
    if (end > start) [start, end] = wholeWords(where, start, end);
    if (end > start && end - start <= LONGEST) found.push({ section, where, start, end });
  }
  return found;
}

/** Whether a place is in a range. A node is asked for once, as a page has many letters. */
function within(range) {
  let last;
  let isNear;
  return ([node, at]) => {
    if (node !== last) [last, isNear] = [node, range.intersectsNode(node)];
    return isNear && range.isPointInRange(node, at) && !(node === range.endContainer && at >= range.endOffset);
  };
}

/** With the rest of the words at both ends, which end where their block ends, as cells of a table do. */
function wholeWords({ text, places }, start, end) {
  const blockAt = (at) => places[at][0].parentElement.closest(BLOCK);
  const isInside = (at) =>
    /[\p{L}\p{N}]{2}/u.test(text.slice(at - 1, at + 1)) && blockAt(at - 1) === blockAt(at);
  while (start > 0 && isInside(start)) start--;
  while (end < text.length && isInside(end)) end++;
  return [start, end];
}

async function make(color) {
  const parts = chosen();
  if (!parts.length || isBusy) return;
  isBusy = true;
  let isDone = true;
  for (const part of parts) isDone &&= await keep(part, color);
  isBusy = false;
  if (isDone) getSelection().removeAllRanges();
}

/** Words of one section are sent and drawn; whether they were. */
async function keep({ section, where, start, end }, color) {
  const body = new FormData(list.querySelector("form"));
  body.set("section", section);
  body.set("start", start);
  body.set("exact", where.text.slice(start, end));
  body.set("before", where.text.slice(Math.max(0, start - CONTEXT), start));
  body.set("behind", where.text.slice(end, end + CONTEXT));
  body.set("color", color);
  const response = await tools.post(list.dataset.add, body).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!answer) location.reload(); // shows why it cannot
  else if (response.status === 401) location.assign(answer.login);
  else tools.say(answer.message ?? answer.error.message);
  if (!response?.ok || !answer) return false;
  if (!answer.entry) {
    showWaiting(Object.fromEntries(body));
    return true;
  }
  document.getElementById(`kb:highlight-${answer.id}`)?.remove();
  list.querySelector("ul").insertAdjacentHTML("beforeend", answer.entry);
  made = `kb:highlight-${answer.id}`;
  list.hidden = false;
  draw();
  return true;
}

async function copyLink() {
  const [words] = chosen();
  if (!words) return;
  await navigator.clipboard.writeText(`${location.origin}${location.pathname}#:~:text=${directive(words)}`);
  tools.say(list.dataset.copied);
}

const BLOCK = "p, li, td, th, dd, dt, blockquote, pre, figcaption, h2, h3, h4, h5, h6";
const split = (text) => text.split(/\s+/).filter(Boolean);

/** Words as browsers look for them: their ends where they are many or in several blocks, and with what
    stands beside them in their block where the page has them more than once. */
function directive({ where, start, end }) {
  const part = (words) => encodeURIComponent(words.join(" ")).replaceAll("-", "%2D");
  const exact = where.text.slice(start, end);
  const words = split(exact);
  const blocks = String(getSelection()).split("\n").map(split).filter((block) => block.length);
  const [first, last] = [[...blocks[0]], [...blocks.at(-1)]];
  if (first.length > 1) first[0] = words[0]; // a selection may begin and end inside of words
  if (last.length > 1) last[last.length - 1] = words.at(-1);
  const isWhole = words.length <= 12 && blocks.length < 2;
  const quote = isWhole ? part(words) : `${part(first.slice(0, 5))},${part(last.slice(-5))}`;
  const page = [...texts().values()].map(({ text }) => text).join(" ");
  if (page.indexOf(exact) === page.lastIndexOf(exact)) return quote;
  const before = split(beside("Start").replace(/[\p{L}\p{N}]*$/u, "")).slice(-4);
  const behind = split(beside("End").replace(/^[\p{L}\p{N}]*/u, "")).slice(0, 4);
  if (before.length) return `${part(before)}-,${quote}`;
  return behind.length ? `${quote},-${part(behind)}` : quote;
}

/** The text of the block before the selection begins, or behind its end. */
function beside(edge) {
  const selected = getSelection().getRangeAt(0);
  const node = selected[`${edge.toLowerCase()}Container`];
  const block = (node.parentElement ?? article).closest(BLOCK);
  if (!block) return "";
  const range = document.createRange();
  range.selectNodeContents(block);
  if (edge === "Start") range.setEnd(selected.startContainer, selected.startOffset);
  else range.setStart(selected.endContainer, selected.endOffset);
  return String(range);
}

async function remove(event) {
  const form = event.target.closest("[data-highlight-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  const body = new FormData(form, event.submitter);
  const response = await tools.post(form.action, body).catch(() => null);
  isBusy = false;
  if (!response?.ok) {
    const { name, value } = event.submitter;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit(); // shows why it cannot
    return;
  }
  const entry = form.closest("[data-highlight]") ?? document.getElementById(opened.dataset.of);
  close();
  entry.remove();
  list.hidden = !list.querySelector("[data-highlight]");
  tools.say((await response.json()).message);
  draw();
}
