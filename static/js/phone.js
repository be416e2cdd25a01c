// On every page of a deputy: how many contacts wait on this phone, and sending them when that is possible.
const Phone = (() => {
  const bar = document.getElementById("phone");
  const signedIn = Number(bar.dataset.user) || null; // empty on the page that the phone keeps
  const HOUR = 3600000;
  const FIRST_PAUSE = 15000;
  const LONGEST_PAUSE = 600000;
  let pause = FIRST_PAUSE;
  let next = null;

  // Whose drafts these are: whoever is signed in; without a signal, whoever was last.
  async function owner() {
    if (signedIn) return signedIn;
    const now = await Drafts.person();
    return now ? now.user : null;
  }

  async function unsent() {
    const whose = await owner();
    return whose ? (await Drafts.all(whose)).length : 0;
  }

  async function show(result) {
    const count = await unsent().catch(() => 0);
    bar.hidden = !count;
    bar.querySelector("[data-count]").textContent = bar.dataset.text.replace("{n}", count);
    bar.querySelector("[data-signed-out]").hidden = !(result && result.signedOut);
    document.dispatchEvent(new CustomEvent("drafts", { detail: result }));
  }

  // Send what waits; what is left is tried again, each time after a longer pause.
  async function round() {
    clearTimeout(next);
    const whose = await owner();
    if (!whose) return show();
    const result = await Drafts.sendAll(whose).catch(() => ({ sent: 0, left: 1 }));
    await show(result);
    if (!result.left || result.signedOut || result.other) pause = FIRST_PAUSE;
    else {
      next = setTimeout(round, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
    return result;
  }

  function now() {
    pause = FIRST_PAUSE;
    return round();
  }

  // The phone knows whose it is, and the households of these days.
  async function refresh() {
    const known = await Drafts.person();
    if (!known || known.user !== signedIn || Date.now() - known.at > HOUR) await Drafts.ask();
  }

  // What waits here is not to be cleared away when the phone runs full. Where the browser can: sent even when no page is open.
  function later() {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    if (!navigator.serviceWorker) return;
    navigator.serviceWorker.ready
      .then((registration) => registration.sync && registration.sync.register("contacts"))
      .catch(() => {}); // not allowed here: the next page sends it
  }

  // Signing out takes the households off this phone; what was not sent stays for the same person.
  function wipeAtSignOut(form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const count = await unsent().catch(() => 0);
      if (count && !window.confirm(bar.dataset.ask.replace("{n}", count))) return;
      await Drafts.forget().catch(() => {});
      sessionStorage.clear();
      form.submit();
    });
  }

  function begin() {
    if (!Drafts.supported) return;
    if (signedIn && navigator.serviceWorker) navigator.serviceWorker.register(bar.dataset.worker, { scope: "/" }).catch(() => {});
    Array.from(document.querySelectorAll("form[action='" + bar.dataset.signOut + "']")).forEach(wipeAtSignOut);
    window.addEventListener("online", now);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
    (bar.dataset.deputy ? refresh().catch(() => {}) : Promise.resolve()).then(now);
  }

  begin();
  return { now, later, show, owner };
})();
