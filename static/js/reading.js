// On reading pages: the searched words are marked, "on this page" follows the reader, listings and
// headings can be copied.

const CARRIED = 30_000; // milliseconds from the click to the page
const MOST_MARKS = 300;
const article = document.querySelector("article.prose");
let tools;

export function start(given) {
  tools = given;
  markSearchedWords();
  followReader();
  countAnswers();
  giveListingsTools();
  showLines();
  addEventListener("hashchange", showLines);
  article.addEventListener("click", enlarge);
  addEventListener("beforeprint", preparePrint);
  addEventListener("afterprint", () => {
    for (const element of document.querySelectorAll("[data-print]")) element.remove();
  });
  if (tools.app.terms && !article.matches(".kind-glossary")) explainSoon();
  if (navigator.clipboard) document.addEventListener("click", copyLink);
}

// Marks.

function markSearchedWords() {
  const carried = tools.store.get("carried", null);
  let found = history.state?.found; // after a reload, or on the way back
  if (carried) {
    tools.store.set("carried", null);
    if (Date.now() - carried.at < CARRIED) found = carried;
  }
  const pattern = found && patternOf(found);
  if (!pattern) return;
  const count = mark(pattern);
  if (!count) return;
  history.replaceState({ ...history.state, found }, "");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet clear-marks";
  button.textContent = tools.words.clear;
  document.getElementById("kb:main").append(button);
  const clear = () => {
    document.removeEventListener("keydown", onKey);
    button.remove();
    clearMarks();
    history.replaceState({ ...history.state, found: null }, "");
  };
  const onKey = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!document.querySelector("dialog[open]")) clear();
  };
  button.addEventListener("click", clear);
  document.addEventListener("keydown", onKey);
}

/** Whole words as the results marked them; else words that begin with what was typed. */
function patternOf({ marks, typed }) {
  const escape = (word) => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  const starts = (typed ?? "").match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  const parts = marks.length ? marks.map(escape) : starts.map((word) => `${escape(word)}\\p{L}*`);
  if (!parts.length) return null;
  parts.sort((a, b) => b.length - a.length);
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${parts.join("|")})(?![\\p{L}\\p{N}_])`, "giu");
}

function mark(pattern) {
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && !node.parentElement.closest(".tools, .meta")) nodes.push(node);
  }
  let count = 0;
  for (const node of nodes) {
    const matches = [...node.data.matchAll(pattern)].slice(0, MOST_MARKS - count);
    for (const match of matches.reverse()) {
      const rest = node.splitText(match.index);
      rest.splitText(match[0].length);
      const element = document.createElement("mark");
      element.className = "found";
      rest.replaceWith(element);
      element.append(rest);
    }
    count += matches.length;
    if (count >= MOST_MARKS) break;
  }
  return count;
}

function clearMarks() {
  for (const element of article.querySelectorAll("mark.found")) {
    const parent = element.parentNode;
    element.replaceWith(...element.childNodes);
    parent.normalize();
  }
}

// Hidden answers: how many have been opened is beside the text.

function countAnswers() {
  const score = document.querySelector("[data-score]");
  const answers = [...article.querySelectorAll("details.answer")];
  if (!score || !answers.length) return;
  const seen = new Set();
  for (const answer of answers) {
    answer.addEventListener("toggle", () => {
      if (answer.open) seen.add(answer);
      score.querySelector("[data-seen]").textContent = seen.size;
    });
  }
  score.hidden = false;
}

// "On this page": the section one is in is the last one whose heading has passed the top.

function followReader() {
  const nav = document.querySelector(".on-page");
  const links = [...(nav?.querySelectorAll('a[href^="#"]') ?? [])];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  if (!links.length || headings.includes(null)) return;
  const edge = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
  let current = null;
  let waiting = false;
  const update = () => {
    waiting = false;
    const line = Math.max(edge + 16, innerHeight / 5);
    let next = headings.findLastIndex((heading) => heading.getBoundingClientRect().top <= line);
    const page = document.documentElement;
    if (innerHeight + scrollY >= page.scrollHeight - 2 && scrollY > 0) next = lastOf(next);
    const link = links[next] ?? null;
    if (link === current) return;
    current?.removeAttribute("aria-current");
    current = link;
    link?.setAttribute("aria-current", "location");
    nameHere(link);
    if (link && nav.scrollHeight > nav.clientHeight) {
      nav.scrollTop = link.offsetTop - nav.clientHeight / 2;
    }
  };
  /** At the very end the last headings cannot reach the top: the one asked for counts, if in sight. */
  const lastOf = (passed) => {
    const asked = headings.findIndex((heading) => heading.id === tools.place());
    return asked > passed ? asked : Math.max(passed, headings.length - 1);
  };
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(update);
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  addEventListener("hashchange", later);
  update();
}

/** In the bar of a narrow screen: the section one is in, below the page's name. */
function nameHere(link) {
  const [above, name] = ["above", "name"].map((part) => document.querySelector(`[data-here=${part}]`));
  if (!above || !name) return;
  name.dataset.page ??= name.textContent;
  above.dataset.page ??= above.textContent;
  above.textContent = link ? name.dataset.page : above.dataset.page;
  name.textContent = link ? link.textContent : name.dataset.page;
}

// Pictures.

function enlarge(event) {
  const link = event.target.closest("a.zoom");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  const picture = document.createElement("img");
  dialog.className = "zoomed";
  dialog.tabIndex = -1;
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  dialog.append(picture);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// On paper: addresses are numbered and listed below the text, and what fits on half a page stays whole.

function preparePrint() {
  const notes = document.createElement("ol");
  notes.className = "addresses";
  notes.dataset.print = "";
  const numbers = new Map();
  for (const link of article.querySelectorAll("a[href]:not(.term, .zoom, .permalink, .tools a, .meta a, .branch a, .items a, [href^='#'], sup a)")) {
    if (!numbers.has(link.href)) {
      numbers.set(link.href, numbers.size + 1);
      const note = document.createElement("li");
      note.textContent = link.href;
      notes.append(note);
    }
    const number = document.createElement("sup");
    number.dataset.print = "";
    number.textContent = numbers.get(link.href);
    link.after(number);
  }
  if (numbers.size) article.append(notes);
  for (const block of article.querySelectorAll("pre, .table")) {
    block.classList.toggle("whole", block.offsetHeight < 420);
  }
}

// Words of the glossary: looked for once somebody reads, so that a page is there without them.

const SIGNS = ["pointermove", "touchstart", "keydown", "wheel"];

function explainSoon() {
  const explain = () => {
    for (const sign of SIGNS) removeEventListener(sign, explain);
    import(tools.app.terms).then((module) => module.start(tools, article));
  };
  for (const sign of SIGNS) addEventListener(sign, explain, { passive: true });
}

// Addresses of lines, such as #heading~2L3-5.

const withLines = () => import(tools.app.lines);

function showLines() {
  if (/~\d+L\d/.test(location.hash)) withLines().then((module) => module.show(article, tools.place()));
}

// Copying.

/** All widths are read at once: to read one after a change makes the browser lay the page out again. */
function giveListingsTools() {
  const listings = [...article.querySelectorAll("pre")];
  for (const listing of listings) {
    const box = document.createElement("div");
    box.className = "listing";
    listing.replaceWith(box);
    box.append(listing);
  }
  const areWide = listings.map((listing) => listing.scrollWidth > listing.clientWidth + 1);
  for (const [place, listing] of listings.entries()) addTools(listing, areWide[place]);
}

function addTools(listing, isWide) {
  const bar = document.createElement("div");
  bar.className = "listing-tools";
  listing.after(bar);
  const add = (text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    bar.append(button);
    return button;
  };
  if (isWide) {
    const wrap = add(tools.words.wrap);
    wrap.setAttribute("aria-pressed", "false");
    wrap.addEventListener("click", () => {
      wrap.setAttribute("aria-pressed", String(listing.classList.toggle("wraps")));
    });
  }
  if (!navigator.clipboard) return;
  const copies = (word, textNow) => {
    const button = add(word);
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(await textNow());
      button.textContent = tools.words.copied;
      button.classList.add("is-copied");
      tools.say(tools.words.copied);
      setTimeout(() => {
        button.textContent = word;
        button.classList.remove("is-copied");
      }, 2000);
    });
    return button;
  };
  copies(tools.words.link, async () => {
    const lines = await withLines();
    history.replaceState(history.state, "", lines.addressOf(article, listing));
    lines.show(article, tools.place());
    return location.href;
  });
  copies(tools.words.copy, () => textOf(listing)).classList.add("copy");
}

/** The listing's text; of a session with prompts only what was typed, without the prompts. */
function textOf(listing) {
  const text = listing.textContent.replace(/\n$/, "");
  const lines = text.split("\n");
  const first = lines.find((line) => line.trim()) ?? "";
  const isSession = /^(?:\$|>|>>>) /.test(first) && !/^(?:diff|markdown|md|html)$/.test(listing.dataset.language);
  if (!isSession) return text;
  const typed = [];
  let goesOn = false;
  for (const line of lines) {
    const prompt = line.match(/^(?:\$|>>>|>|\.\.\.) ?/);
    if (prompt) typed.push(line.slice(prompt[0].length));
    else if (goesOn) typed.push(line);
    goesOn = (prompt || goesOn) && line.endsWith("\\");
  }
  return typed.join("\n");
}

async function copyLink(event) {
  const link = event.target.closest("a.permalink");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const heading = link.closest(".heading")?.querySelector("[id]");
  await navigator.clipboard.writeText(link.href);
  if (heading) history.replaceState(history.state, "", `#${heading.id}`);
  tools.say(tools.words.linkCopied);
  const bubble = document.createElement("span");
  bubble.className = "bubble";
  bubble.textContent = tools.words.linkCopied;
  bubble.setAttribute("aria-hidden", "true"); // it has been said
  link.after(bubble);
  setTimeout(() => bubble.remove(), 2000);
}
