{% load static %}// Answers on a deputy's phone where no server can: with one page that holds nothing of anybody, and what it is made of.
// Never kept: what was sent, and any page of a person. The name changes with each of these files.
const CACHE = "liaison-{{ version|escapejs }}";
const SHELL = "{% url 'visits:waiting' %}";
const ASSETS = "{{ assets|escapejs }}".split(" ");
// Whoever signs in or out, the households of whoever was signed in before are no longer shown.
const DOORS = ["{% url 'office:sign_in' %}", "{% url 'admin:login' %}", "{% url 'office:sign_out' %}", "{% url 'admin:logout' %}"];
const PATIENCE = 15000; // ms after which a signal this poor counts as none

importScripts("{% static 'js/drafts.js' %}");

// The signal is back after the page was closed.
self.addEventListener("sync", (event) => event.waitUntil(sendWhatWaits()));

async function sendWhatWaits() {
  const now = await Drafts.person();
  const done = now ? await Drafts.sendAll(now.user) : { left: 0 };
  if (done.left && !done.signedOut && !done.other) throw new Error("some contacts wait still"); // the browser tries again
}

self.addEventListener("install", (event) => {
  const shell = new Request(SHELL, { credentials: "omit", cache: "reload" });
  const filled = caches.open(CACHE).then((cache) => cache.addAll([shell].concat(ASSETS)));
  event.waitUntil(filled.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((name) => name.startsWith("liaison-") && name !== CACHE);
  const emptied = caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name))));
  event.waitUntil(emptied.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method === "POST" && DOORS.indexOf(address.pathname) >= 0) event.respondWith(throughTheDoor(request));
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (ASSETS.indexOf(address.pathname) >= 0) event.respondWith(kept(request).catch(() => fetch(request)));
  else if (request.mode === "navigate" && !address.pathname.startsWith("/admin/")) event.respondWith(page(request, address));
});

// Forgotten again once the office has answered: until then it still gives the households to whoever asks for them.
async function throughTheDoor(request) {
  const forget = () => Drafts.forget().catch(() => {});
  await forget();
  return fetch(request).finally(forget);
}

async function kept(address) {
  const found = await (await caches.open(CACHE)).match(address);
  if (!found) throw new Error("not kept");
  return found;
}

// The office's own page; where it does not come, the page without a signal.
async function page(request, address) {
  const own = address.pathname.startsWith("/my/");
  try {
    const answer = await (own ? Promise.race([fetch(request), tooLong()]) : fetch(request));
    return own && answer.status >= 502 && answer.status <= 504 ? await kept(SHELL) : answer;
  } catch (error) {
    return kept(SHELL);
  }
}

function tooLong() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("no signal")), PATIENCE));
}
