// In place of the worker where KB_OFFLINE=0: takes away all that was kept, and itself.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  for (const name of await caches.keys()) if (name.startsWith("kb-")) await caches.delete(name);
  indexedDB.deleteDatabase("kb-offline");
  await self.registration.unregister();
}
