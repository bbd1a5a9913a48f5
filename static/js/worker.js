// The service worker of learners who keep topics offline: docs/decisions/0022-offline.md. It is
// registered when somebody keeps something, and takes itself away when nothing is kept any more, or
// nobody is logged in. Pages come from the server as long as it answers; what is kept stands in for it.

const FRAME = "/learn/offline/";
const REVIEW = "/learn/offline/review/";
const COMMON = "kb-common"; // frames, scripts, styles, letters
const LONGEST_WAIT = 6000; // milliseconds for a page that is kept
const AT_ONCE = 4; // pages that are fetched

// What is shown while the network is away.

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const withBar = (html, text) =>
  html.replace(/<main id="kb:main"[^>]*>/, (tag) => `${tag}<p class="message kept-bar" role="status">${escaped(text)}</p>`);

function pageOf(html, kept, status = 200) {
  const headers = new Headers({ "Content-Type": "text/html; charset=utf-8" });
  const policy = kept.headers.get("Content-Security-Policy");
  if (policy) headers.set("Content-Security-Policy", policy);
  return new Response(html, { status, headers });
}

async function frame(path, change, status) {
  const kept = await caches.match(path, { ignoreVary: true });
  if (!kept) return Response.error();
  return pageOf(await change(await kept.text()), kept, status);
}

/** The copy of a page; of several that of the path on which it is read. */
async function keptPage({ pathname: path, searchParams }) {
  const along = searchParams.get("path") ?? "";
  const isAlong = (set) => (set.along ?? "") === along;
  const sets = await all("sets");
  for (const set of [...sets.filter(isAlong), ...sets.filter((other) => !isAlong(other))]) {
    const page = set.pages.find(([, url]) => plain(url) === plain(path));
    const kept = page && (await (await cacheOf(set.key)).match(page[1], { ignoreVary: true }));
    if (kept) return { set, page, kept };
  }
  return undefined;
}

async function offline(url) {
  const words = await meta("words");
  if (!words) return Response.error();
  const path = url.pathname;
  if (path === "/learn/review/" || path === REVIEW) return review(words);
  if (path === "/search/") return Response.redirect(`${FRAME}${url.search}`, 302);
  if (path === FRAME) return frame(FRAME, (html) => html);
  const found = await keptPage(url);
  if (found) return shownKept(found, words);
  for (const set of await all("sets")) {
    const place = set.places[plain(path)];
    if (place) return Response.redirect(Object.assign(new URL(place, location.origin), { search: url.search }), 302);
  }
  return frame(FRAME, (html) => withBar(html, words.absent), 503);
}

async function shownKept({ set, page, kept }, words) {
  const at = new Date(set.at).toLocaleString(await meta("language"), { dateStyle: "long", timeStyle: "short" });
  const isOld = set.old?.includes(page[0]);
  return pageOf(withBar(await kept.text(), (isOld ? words.old : words.kept).replace("{}", at)), kept);
}

async function review(words) {
  const [first, second, ...rest] = await asked();
  const left = first ? rest.length + 1 + (second ? 1 : 0) : 0;
  return frame(REVIEW, (html) => {
    const shown = html.replace("<!--left-->", String(left)).replace("<!--ready-->", () => second?.html ?? "");
    return shown.replace("<!--asked-->", () => first?.html ?? `<p>${escaped(words.done)}</p>`);
  });
}

async function navigate(event, request, url) {
  const found = await keptPage(url).catch(() => undefined);
  let response;
  try {
    response = await within(found ? LONGEST_WAIT : 0, fetch(request));
  } catch {
    return offline(url);
  }
  if (found && AWAY.includes(response.status)) return offline(url);
  event.waitUntil(meet());
  if (GONE.includes(response.status)) event.waitUntil(forgetPage(url.pathname));
  return response;
}

const within = (time, promise) =>
  time ? Promise.race([promise, new Promise((_, fail) => setTimeout(fail, time))]) : promise;

/** A form that is no mark: the log-out above all, after which nothing is kept. */
async function submit(request) {
  const isEnd = new URL(request.url).pathname === "/accounts/logout/";
  if (isEnd) await meet(); // what waits is sent before
  let response;
  try {
    response = await fetch(request);
  } catch {
    const words = await meta("words");
    return words ? frame(FRAME, (html) => withBar(html, words.no_post), 503) : Response.error();
  }
  await meeting; // which may have begun before
  await meet();
  if (isEnd && response.status < 400) await clear();
  return response;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (isOver || url.origin !== location.origin) return;
  if (request.method === "POST") {
    if (QUEUED.test(url.pathname)) event.respondWith(post(event, request));
    else if (request.mode === "navigate") event.respondWith(submit(request));
  } else if (request.method === "GET" && request.mode === "navigate") {
    event.respondWith(navigate(event, request, url));
  } else if (request.method === "GET" && url.pathname === "/glossary/terms.json") {
    event.respondWith(fetch(request).catch(() => Response.json([]))); // no term is explained then
  } else if (request.method === "GET" && /^\/(?:static|assets)\//.test(url.pathname)) {
    event.respondWith(caches.match(request.url, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  }
});

// Keeping.

async function keep({ kind, section }, say) {
  const response = await fetch(`/learn/offline/sets/${kind}/${section}/`, { headers: JSON_ONLY, cache: "no-store" });
  if (!response.ok) {
    const said = (await response.json().catch(() => null))?.error?.message;
    throw Object.assign(new Error(`status ${response.status}`), { said });
  }
  const told = await response.json();
  const account = await meta("account");
  if (account && account !== told.account) {
    await clear();
    throw new Error("another account");
  }
  const sets = await all("sets");
  if (sets.length >= told.most && !sets.some(({ key }) => key === told.key)) {
    throw Object.assign(new Error("full"), { said: told.words.full });
  }
  await note("account", told.account);
  await note("words", told.words);
  await note("language", told.language);
  await note("limits", { week: told.limits.week, had: told.limits.had, day: today() });
  const common = await caches.open(COMMON);
  await each([...told.files, ...told.frames], (url) => fetchInto(common, url));
  const cache = await cacheOf(told.key);
  const found = new Set();
  let size = JSON.stringify(told.search).length;
  let done = 0;
  const pages = [];
  await each(told.pages, async (page) => {
    const text = await fetchInto(cache, page[1], told.along ? { path: told.along } : {});
    done += 1;
    say({ done, count: told.pages.length });
    if (text === undefined) return;
    size += text.length;
    pages.push(page);
    for (const [file] of text.matchAll(/\/assets\/[^"'\s,<>()]+/g)) found.add(file);
  });
  await each([...found], async (file) => {
    size += (await fetchInto(cache, file)) ?? 0;
  });
  const wanted = new Set([...pages.map(([, url]) => url), ...found].map((url) => new URL(url, location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  await remember(told, pages, size);
}

/**
 * Fetch a file into a cache: its size, or of a page, which is asked for with parameters, its text; nothing
 * where it is not to be had.
 */
async function fetchInto(cache, url, asked) {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const response = await fetch(asked ? `${url}?${new URLSearchParams(asked)}` : url, { cache: asked ? "no-store" : "default" });
    if (response.status === 429) {
      await new Promise((done) => setTimeout(done, 1000 * Number(response.headers.get("Retry-After") ?? 5)));
      continue;
    }
    if (!response.ok) return undefined;
    const copy = response.clone();
    const body = asked ? await copy.text() : (await copy.blob()).size;
    await cache.put(url, response);
    return body;
  }
  throw new Error("429");
}

async function each(items, work) {
  const left = [...items];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left.length) await work(left.shift());
    }),
  );
}

/** Nothing half is left of a set that could not be kept. */
async function tidy() {
  const kept = new Set((await all("sets")).map(({ key }) => `kb-set:${key}`));
  for (const name of await caches.keys()) if (name.startsWith("kb-set:") && !kept.has(name)) await caches.delete(name);
  if (!kept.size && !(await all("queue")).length) await clear();
}

async function remember(told, pages, size) {
  const urls = new Map(pages.map(([id, url]) => [id, url]));
  const places = {};
  told.search.sections = told.search.sections.filter((section) => urls.has(section.page));
  for (const row of told.search.sections) {
    const page = urls.get(row.page);
    if (row.url === page) continue;
    const place = `${page}#${row.anchor}`;
    places[plain(row.url)] = place;
    row.url = place;
  }
  for (const card of await all("cards")) if (card.set === told.key) await drop("cards", card.id);
  for (const card of told.cards) await put("cards", { ...card, set: told.key });
  await put("search", { key: told.key, ...told.search });
  const { key, title, url, kind, section, digest, along } = told;
  await put("sets", { key, title, url, kind, section, digest, along, pages, places, size, cards: told.cards.length, at: Date.now(), old: [], isOld: false });
}

// What pages ask.

const ACTIONS = {
  async keep(data, say) {
    try {
      await keep(data, say);
    } catch (error) {
      await tidy().catch(() => {});
      throw error;
    }
  },
  async remove({ key }) {
    await remove(key);
    await meet();
  },
  async removeAll() {
    for (const { key } of await all("sets")) await remove(key);
    await meet(); // what waits is sent; then nothing is left
  },
  meet,
  search: () => all("search"),
  async dismiss() {
    await transact("refused", "readwrite", (store) => store.clear());
  },
  async state() {
    const [sets, queue, refused] = await Promise.all(["sets", "queue", "refused"].map(all));
    return { sets: sets.map(({ places, ...set }) => set), queue, refused, asked: (await asked()).length };
  },
};

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  if (event.data.action === "keep") isOver = false;
  const say = (progress) => port.postMessage({ progress });
  const work = Promise.resolve(ACTIONS[event.data.action](event.data, say)).then(
    (value) => port.postMessage({ value }),
    (error) => port.postMessage({ error: error.name === "QuotaExceededError" ? "quota" : "failed", said: error.said }),
  );
  event.waitUntil(work);
});
self.addEventListener("sync", (event) => event.waitUntil(meet()));
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
