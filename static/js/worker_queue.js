// The second part of the service worker: meeting the server, and what waits to be sent to it.

const CHECK = "/learn/offline/check/";
const GONE = [401, 403, 404, 410];
const AWAY = [429, 502, 503, 504]; // the server will answer later
const MOST_TRIES = 5; // of what the server fails at
const QUEUED =
  /^\/(?:learn\/highlights|learn\/progress\/\d+|learn\/review\/\d+|learn\/offline\/note\/\d+|bookmarks\/sections\/\d+\/(?:add|remove))\/$/;
const JSON_ONLY = { Accept: "application/json" };

// Meeting the server: is it still the same learner, what has changed, and what waits to be sent.

let meeting;
const meet = () => {
  meeting ??= contact()
    .catch(() => {}) // the network is away again
    .finally(() => {
      meeting = undefined;
    });
  return meeting;
};

async function contact() {
  if (isOver || !(await meta("account"))) return;
  const told = await ask();
  if (!told) return;
  for (const [key, prints] of Object.entries(told.changed)) await compare(key, prints);
  await send(told.csrf);
  if (!(await all("sets")).length && !(await all("queue")).length) await clear();
  else await tell();
}

/** What the server says; nothing where it cannot, or all was cleared as she may keep nothing. */
async function ask() {
  const known = (await all("sets")).map(({ key, digest }) => [key, digest]);
  const response = await fetch(`${CHECK}?${new URLSearchParams(known)}`, { headers: JSON_ONLY, cache: "no-store" });
  if (response.status === 401) return void (await loggedOut());
  if (GONE.includes(response.status)) return void (await clear());
  if (!response.ok || response.redirected) return undefined;
  const told = await response.json();
  if (told.account !== (await meta("account"))) return void (await clear());
  return told;
}

// Sending what was queued, in order. A key that the server knows already counts once.

async function send(token) {
  for (const item of await all("queue")) {
    const answer = await deliver(item, token);
    if (!answer) return;
  }
}

/** The server's answer; nothing where it is to be asked again later. */
async function deliver(item, token) {
  const response = await fetch(item.url, {
    method: "POST",
    body: new URLSearchParams([...item.fields, ["sent", String(Date.now())]]),
    headers: { ...JSON_ONLY, "X-CSRFToken": token, "Idempotency-Key": item.key },
    redirect: "manual",
  });
  if (AWAY.includes(response.status)) return undefined;
  if (response.status === 401) return void (await loggedOut());
  if (response.status >= 500 && (item.tries ?? 0) < MOST_TRIES) {
    return void (await put("queue", { ...item, tries: (item.tries ?? 0) + 1 }));
  }
  if (response.status >= 400) await refuse(item, response.clone());
  await drop("queue", item.id);
  return response;
}

async function refuse(item, response) {
  const told = await response.json().catch(() => null);
  const message = told?.error?.message ?? `${response.status}`;
  await put("refused", { url: item.url, from: item.from, at: item.at, message });
}

async function post(event, request) {
  const form = await request.clone().formData();
  const token = form.get("csrfmiddlewaretoken") ?? "";
  const fields = [...form].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const path = new URL(request.url).pathname;
  fields.push(["at", String(Date.now())]);
  const before = await all("queue");
  const item = { key: crypto.randomUUID(), url: path, fields, at: Date.now(), from: request.referrer };
  item.id = await put("queue", item);
  if (!before.length) {
    try {
      return await sendNow(request, item, token);
    } catch {
      // The network is away: it waits.
    }
  }
  event.waitUntil(Promise.all([tell(), later()]));
  if (before.length) event.waitUntil(meet());
  return answerFor(request, item);
}

async function sendNow(request, item, token) {
  const accept = request.headers.get("Accept") ?? "";
  const response = await fetch(item.url, {
    method: "POST",
    body: new URLSearchParams(item.fields.filter(([name]) => name !== "at")), // it is done now
    headers: { Accept: accept, "X-CSRFToken": token, "Idempotency-Key": item.key },
    redirect: "manual",
  });
  if (response.status === 403 && request.headers.has("X-Renews-Token")) {
    await drop("queue", item.id); // the page sends it again, if it is still of the same account
  } else if (response.status === 403) {
    const told = await ask(); // the page's token may be an old one
    const again = told && (await deliver(item, told.csrf));
    if (again) return accept === JSON_ONLY.Accept ? again : back(item);
  } else if (AWAY.includes(response.status)) {
    throw new Error(`status ${response.status}`);
  } else {
    await drop("queue", item.id);
    if (item.url.startsWith("/learn/review/")) await answeredNow(Number(item.url.match(/\d+/)[0]));
  }
  return response;
}

/** To the page that a form was on. */
function back(item) {
  const { next } = Object.fromEntries(item.fields);
  const place = item.url.startsWith("/learn/review/") ? "/learn/review/" : next || FRAME;
  return Response.redirect(new URL(place, location.origin), 303);
}

async function later() {
  try {
    await self.registration.sync?.register("kb-queue");
  } catch {
    // Then it is sent when a page is opened.
  }
}

/** What the page is told of a mark that waits. */
async function answerFor(request, item) {
  const message = (await meta("words")).queued;
  const fields = Object.fromEntries(item.fields);
  const section = Number(item.url.match(/\d+/)?.[0]);
  let told = { message };
  if (item.url.startsWith("/learn/review/")) {
    told = await answered(section, fields);
  } else if (item.url.startsWith("/learn/progress/")) {
    told = { state: (fields.what ?? fields.state).split(" ")[0], sections: [section], message };
  } else if (item.url.startsWith("/bookmarks/")) {
    const bookmarked = item.url.endsWith("/add/");
    const action = `/bookmarks/sections/${section}/${bookmarked ? "remove" : "add"}/`;
    told = { bookmarked, action, note: null, message };
  }
  return request.headers.get("Accept") === JSON_ONLY.Accept ? Response.json(told) : back(item);
}

// Cards.

const today = () => new Date().setHours(0, 0, 0, 0);
const [FRESH, KNOWN] = [0, 1]; // cards that were never asked, and others, as limits have them

/** Which limit of the day a card counts against; none if she had it today already. */
function limitOf({ due, last, turn }) {
  if (Math.max(last ?? 0, turn ?? 0) >= today()) return undefined;
  return due === null ? FRESH : KNOWN;
}

/** What she had today, and what she wants of each kind: as it was when cards were fetched last, and since. */
async function limits() {
  const { week, had, day } = (await meta("limits")) ?? {}; // a worker of before kept none
  if (!week) return undefined;
  return { week, had: day === today() ? had : [0, 0], day: today(), most: week[(new Date().getDay() + 6) % 7] };
}

/** A card is answered: it counts against its limit. */
async function count(card) {
  const [place, now] = [limitOf(card), await limits()];
  if (place === undefined || !now) return;
  await note("limits", { week: now.week, day: now.day, had: now.had.map((times, kind) => times + Number(kind === place)) });
}

/** The cards of today: those due first, then new ones; one that was failed comes again at the end. */
async function asked() {
  const tomorrow = new Date().setHours(24, 0, 0, 0);
  const cards = (await all("cards")).filter((card) => !card.done && (card.due ?? 0) < tomorrow);
  cards.sort((a, b) => (a.turn ?? 0) - (b.turn ?? 0) || (a.due ?? Number.MAX_VALUE) - (b.due ?? Number.MAX_VALUE) || a.id - b.id);
  const now = await limits();
  if (!now) return cards;
  const left = now.most.map((most, place) => most - now.had[place]);
  return cards.filter((card) => limitOf(card) === undefined || left[limitOf(card)]-- > 0);
}

/** It was answered online: the server has its limits, and the copy here is out of date. */
async function answeredNow(id) {
  const card = await get("cards", id);
  if (card) await count(card);
  await drop("cards", id);
}

async function answered(id, fields) {
  const card = await get("cards", id);
  if (card && Number(fields.reps) === card.reps) {
    const reps = card.reps + 1;
    const html = card.html.replace(`name="reps" value="${card.reps}"`, `name="reps" value="${reps}"`);
    const isFailed = fields.rating === "1";
    await count(card);
    await put("cards", { ...card, reps, html, done: !isFailed, turn: Date.now() });
  }
  const left = await asked();
  const next = left.find((other) => String(other.id) !== fields.showing);
  return { left: left.length, next: next?.html ?? "", message: "" };
}
