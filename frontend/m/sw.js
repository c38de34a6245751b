// The phone pages without a network. Only the shell is kept: pages, code and icons of one release, by its hash.
// Answers of the API never are; what a person needs offline is in the database of the account, kept by the page.
const BUILD = "__BUILD__";
const FILES = ["__FILES__"];
const SHELL = "/m/";
const SETTINGS = "/config.json";
const PREFIX = "miaopu-m-";
const CACHE = PREFIX + BUILD;

self.addEventListener("install", (event) => {
  // Names of assets change with their content; the others are asked for anew.
  const asked = FILES.map(
    (path) => new Request(path, { cache: path.includes("/assets/") ? "default" : "reload" }),
  );
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(asked))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      // The release before stays: a page of it may still be open and ask for its parts.
      const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).slice(0, -1);
      return Promise.all(old.map((name) => caches.delete(name))).then(() => self.clients.claim());
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith(SHELL)) event.respondWith(kept(SHELL, request));
  } else if (url.pathname === SETTINGS) {
    // The last settings at once; new ones for the next time.
    const fresh = caches.open(CACHE).then((cache) => cache.add(new Request(SETTINGS, { cache: "no-cache" })));
    event.waitUntil(fresh.catch(() => undefined));
    event.respondWith(kept(SETTINGS, request));
  } else {
    // By address alone: where other origins are allowed the server varies by Origin, which a kept file was not asked with.
    const found = caches.match(request, { ignoreVary: true });
    event.respondWith(found.then((file) => file ?? fetch(request)));
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
