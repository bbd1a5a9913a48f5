// Marks a section as read once it was in view as long as its words take, and its end is in view.
// For learners who chose so in the reading settings; scrolling past marks nothing.

const TICK = 500; // milliseconds
const SHORTEST = 2_000;
const article = document.querySelector("article.prose");
const pace = Number(document.querySelector("[data-pace]")?.dataset.pace); // words a minute
const seen = new Map(); // milliseconds that each section was in view

/** The sections in order: where each begins and ends on the screen, and how long it takes to read. */
function* sections() {
  let start = article;
  for (const hook of article.querySelectorAll("form[data-read]")) {
    if (!hook.offsetParent) continue;
    yield { hook, start };
    start = hook;
  }
}

function takes({ hook, start }) {
  const range = document.createRange();
  if (start === article) range.setStart(article, 0);
  else range.setStartAfter(start);
  range.setEndBefore(hook);
  const words = range.toString().match(/\S+/g)?.length ?? 0;
  return Math.max(SHORTEST, (words / pace) * 60_000);
}

function tick() {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return;
  for (const section of sections()) {
    const { hook, start } = section;
    const button = hook.querySelector("button");
    const top = start === article ? article.getBoundingClientRect().top : start.getBoundingClientRect().bottom;
    const { bottom } = hook.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight || button.getAttribute("aria-pressed") === "true") continue;
    if (seen.get(hook) === Number.POSITIVE_INFINITY) continue; // marked here, and taken back
    const time = (seen.get(hook) ?? 0) + TICK;
    seen.set(hook, time);
    if (time < takes(section)) return; // one section is read at a time, from the first on
    if (bottom <= innerHeight) {
      seen.set(hook, Number.POSITIVE_INFINITY);
      button.click();
      return;
    }
  }
}

function isWanted() {
  try {
    return JSON.parse(localStorage.getItem("reading"))?.marks === "end";
  } catch {
    return false;
  }
}

if (article && pace) setInterval(() => isWanted() && tick(), TICK);
