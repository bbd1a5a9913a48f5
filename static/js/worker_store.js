// The first part of the service worker: what it keeps. `learning.offline_views.worker` puts the parts
// together: this one, worker_queue.js and worker.js.

const DATABASE = "kb-offline";
const STORES = {
  sets: { keyPath: "key" }, // topics and paths: pages as [id, url, title, fingerprint]
  search: { keyPath: "key" }, // their index
  cards: { keyPath: "id" },
  queue: { keyPath: "id", autoIncrement: true }, // marks and answers that have not arrived
  refused: { keyPath: "id", autoIncrement: true },
  meta: { keyPath: "name" }, // the account, words, the language
};

let isOver = false;

// Storage.

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) asked.result.createObjectStore(name, options);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function transact(name, mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(name, mode, { durability: name === "queue" ? "strict" : "default" });
    const asked = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}
const all = (name) => transact(name, "readonly", (store) => store.getAll());
const get = (name, key) => transact(name, "readonly", (store) => store.get(key));
const put = (name, value) => transact(name, "readwrite", (store) => store.put(value));
const drop = (name, key) => transact(name, "readwrite", (store) => store.delete(key));
const meta = async (name) => (await get("meta", name))?.value;
const note = (name, value) => put("meta", { name, value });
const cacheOf = (key) => caches.open(`kb-set:${key}`);

/** Everything goes, and the worker with it: nobody is logged in, or nothing is kept. */
async function clear() {
  isOver = true;
  const base = opened;
  opened = undefined;
  (await base?.catch(() => null))?.close();
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(DATABASE);
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  });
  for (const name of await caches.keys()) if (name.startsWith("kb-")) await caches.delete(name);
  await self.registration.unregister();
  await tell();
}

/** A session has ended: what was kept goes; what waits to be sent stays for its account alone. */
async function loggedOut() {
  if (!(await all("queue")).length) return clear();
  for (const name of ["sets", "search", "cards"]) await transact(name, "readwrite", (store) => store.clear());
  for (const name of await caches.keys()) if (name.startsWith("kb-")) await caches.delete(name);
  await tell();
}

async function tell() {
  for (const client of await self.clients.matchAll()) client.postMessage({ changed: true });
}

/** Drop what a set has and its pages of today lack; note whether any of them is newer. */
async function compare(key, prints) {
  const set = await get("sets", key);
  if (!set) return;
  const gone = set.pages.filter(([id]) => !(id in prints));
  for (const [id] of gone) await forget(set, id);
  const kept = set.pages.filter(([id]) => id in prints);
  if (!kept.length) return void (await remove(key));
  const has = new Set(kept.map(([id]) => String(id)));
  const old = kept.filter(([id, , , print]) => prints[id] !== print).map(([id]) => id);
  const isOld = old.length > 0 || Object.keys(prints).some((id) => !has.has(id));
  await put("sets", { ...set, pages: kept, old, isOld });
}

/** A path as it reads; anybody may have written it. */
function plain(path) {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

async function forget(set, id) {
  const [, url] = set.pages.find(([page]) => page === id);
  await (await cacheOf(set.key)).delete(url);
  const index = await get("search", set.key);
  if (!index) return;
  index.sections = index.sections.filter((section) => section.page !== id);
  await put("search", index);
}

/** A page that the server no longer gives goes from all sets. */
async function forgetPage(path) {
  for (const set of await all("sets")) {
    const page = set.pages.find(([, url]) => plain(url) === plain(path));
    if (!page) continue;
    await forget(set, page[0]);
    const pages = set.pages.filter((other) => other !== page);
    if (pages.length) await put("sets", { ...set, pages, isOld: true });
    else await remove(set.key);
  }
}

async function remove(key) {
  await caches.delete(`kb-set:${key}`);
  await drop("sets", key);
  await drop("search", key);
  for (const card of await all("cards")) if (card.set === key) await drop("cards", card.id);
}
