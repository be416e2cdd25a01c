// Contacts that wait on this phone, and their way to the office. Nothing here touches a page.
//
// One draft: {key, owner, at, state: "waiting" | "refused", tried, changed, why: [text], label, fields: {…},
// photos: [{type, bytes}]}. "key" makes the office write it once, however often it is sent; "owner" is the person who
// wrote it: nobody else on this phone sees or sends it. A draft goes only when the office has said that it has it.
const Drafts = (() => {
  const PATIENCE = 60000; // ms for an answer; more for each photo
  const FOR_PHOTO = 30000;
  const supported = Boolean(self.indexedDB && self.fetch && self.FormData && self.Promise && self.crypto);

  let opened = null;
  function open() {
    if (opened) return opened;
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open("liaison", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("drafts", { keyPath: "key" });
        request.result.createObjectStore("person");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    opened.catch(() => { opened = null; });
    return opened;
  }

  // Run work(store) in one transaction; its value once the phone has really written it.
  async function within(name, mode, work) {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(name, mode, { durability: "strict" });
      let value;
      transaction.oncomplete = () => resolve(value);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(name), (result) => { value = result; });
    });
  }
  const read = (name, ask) => within(name, "readonly", (store, done) => {
    const request = ask(store);
    request.onsuccess = () => done(request.result);
  });

  async function all(owner) {
    const drafts = await read("drafts", (store) => store.getAll());
    return drafts.filter((draft) => draft.owner === owner).sort((a, b) => a.at - b.at);
  }
  const get = (key) => read("drafts", (store) => store.get(key));
  const remove = (key) => within("drafts", "readwrite", (store) => { store.delete(key); });

  // Keep a draft that was written or mended just now. False where it was sent while it was mended: it stays to be seen.
  function keep(draft, mended) {
    return within("drafts", "readwrite", (store, done) => {
      const request = store.get(draft.key);
      request.onsuccess = () => {
        const before = request.result;
        const late = Boolean(mended && !before);
        const tried = Boolean(before && before.tried);
        const state = late ? { state: "refused", arrived: true, page: "/my/" } : { state: "waiting" };
        store.put(Object.assign(draft, state, { why: [], stamp: newKey(), tried, changed: tried }));
        done(!late);
      };
    });
  }

  // Change a stored draft after the office's answer. A phone that can keep nothing has none, and is no reason to stop.
  function settle(draft, change) {
    const changed = within("drafts", "readwrite", (store) => {
      const request = store.get(draft.key);
      request.onsuccess = () => {
        const now = request.result;
        if (!now) return;
        const same = now.stamp === draft.stamp;
        const next = change(now, same);
        if (next === null) store.delete(now.key);
        else store.put(next);
      };
    });
    return changed.catch(() => {});
  }

  // -- the person

  const person = () => read("person", (store) => store.get("now"));
  const turns = () => read("person", (store) => store.get("turns")); // how often somebody was forgotten

  // Unless somebody was forgotten meanwhile: an answer under way at the sign-out must not bring the households back.
  function remember(now, since) {
    return within("person", "readwrite", (store) => {
      const request = store.get("turns");
      request.onsuccess = () => { if (request.result === since) store.put(now, "now"); };
    });
  }

  function forget() {
    return within("person", "readwrite", (store) => {
      const request = store.get("turns");
      request.onsuccess = () => {
        store.delete("now");
        store.put((request.result || 0) + 1, "turns");
      };
    });
  }

  // Who is signed in, their households and a fresh token, as the office says just now. Null: nobody is.
  async function ask() {
    const since = await turns().catch(() => 0);
    const answer = await timed("/my/mine.json", { headers: { Accept: "application/json" } }, PATIENCE);
    if (answer.status === 401) return null;
    if (!answer.ok) throw new Error("the office answers " + answer.status);
    const now = await answer.json();
    await remember({ user: now.user, homes: now.homes, at: Date.now() }, since).catch(() => {});
    return now;
  }

  // -- on the way

  function timed(address, options, patience) {
    const limit = self.AbortController && new AbortController();
    const clock = limit && setTimeout(() => limit.abort(), patience);
    const sent = fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store" }, options, limit && { signal: limit.signal }));
    sent.then(() => clearTimeout(clock), () => clearTimeout(clock));
    return sent;
  }

  function bodyOf(draft) {
    const body = new FormData();
    Object.keys(draft.fields).forEach((name) => body.append(name, draft.fields[name]));
    body.append("key", draft.key);
    body.append("owner", draft.owner);
    body.append("written_at", new Date(draft.at).toISOString());
    draft.photos.forEach((photo, n) => {
      const kind = photo.type === "image/png" ? "png" : photo.type === "image/webp" ? "webp" : "jpg";
      body.append("photos", new Blob([photo.bytes], { type: photo.type }), "photo-" + (n + 1) + "." + kind);
    });
    return body;
  }

  // Send one draft: {sent: address} | {refused: errors} | {later: true} | {signedOut: true} | {other: true} | {lost: true}.
  async function post(draft, token) {
    await settle(draft, (now) => Object.assign(now, { tried: true }));
    let answer, told;
    try {
      answer = await timed(
        "/my/send/",
        { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token }, body: bodyOf(draft) },
        PATIENCE + FOR_PHOTO * draft.photos.length
      );
      told = await answer.json();
    } catch (error) {
      told = null; // no answer, or a page of somebody between us and the office
    }
    if (!answer) return { later: true, noSignal: true };
    if (answer.status === 401) return { signedOut: true };
    if (answer.ok && told && told.key === draft.key) return arrived(draft, told);
    if (answer.status === 409) return { other: true };
    const final = [400, 404, 413, 415, 422].indexOf(answer.status) >= 0;
    if (!final) return { later: true };
    return refuse(draft, (told && told.errors) || { "": [String(answer.status)] });
  }

  // The office has it. Words that were changed after the first sending it has not: that is said, never dropped.
  async function arrived(draft, told) {
    let lost = false;
    await settle(draft, (now, same) => {
      lost = !same || (told.again && now.changed);
      return lost ? Object.assign(now, { state: "refused", why: [], page: told.page, arrived: true }) : null;
    });
    return lost ? { lost: true } : { sent: told.page };
  }

  async function refuse(draft, errors) {
    const why = Object.keys(errors).reduce((list, name) => list.concat(errors[name]), []);
    const refused = { state: "refused", why, tried: false, changed: false };
    await settle(draft, (now, same) => (same ? Object.assign(now, refused) : now));
    return { refused: errors };
  }

  // One at a time on this phone, whoever sends: two pages, or the browser by itself. Where it cannot be asked for, the
  // key alone holds them together.
  const alone = (work) => (self.navigator.locks ? navigator.locks.request("liaison", work) : work());

  // Send what waits, one after another. {sent, left, signedOut, other}: other means somebody else is signed in.
  let busy = null;
  function sendAll(owner) {
    if (!busy) busy = alone(() => sending(owner)).then((done) => { busy = null; return done; }, (error) => { busy = null; throw error; });
    return busy;
  }
  async function sending(owner) {
    const result = { sent: 0, left: 0, signedOut: false, other: false };
    const waiting = (await all(owner)).filter((draft) => draft.state === "waiting");
    if (!waiting.length) return result;
    result.left = waiting.length;
    const now = await ask().catch(() => undefined);
    if (now === undefined) return result;
    result.signedOut = now === null;
    result.other = Boolean(now && now.user !== owner);
    if (result.signedOut || result.other) return result;
    for (const draft of waiting) {
      const outcome = await post(draft, now.token);
      if (outcome.signedOut || outcome.other) return Object.assign(result, outcome);
      if (outcome.noSignal) return result;
      if (outcome.sent) result.sent += 1;
      if (!outcome.later) result.left -= 1;
    }
    return result;
  }

  // Send this one now, for a person who waits for it. What a full phone could not keep may go all the same.
  const sendOne = (draft, kept) => alone(() => sendingOne(draft, kept));
  async function sendingOne(draft, kept) {
    if (kept && !(await get(draft.key))) return { sent: "/my/" }; // it went while this one waited for its turn
    const now = await ask().catch(() => undefined);
    if (now === undefined) return { later: true };
    if (now === null) return { signedOut: true };
    if (now.user !== draft.owner) return { other: true };
    return post(draft, now.token);
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  return { supported, all, get, keep, remove, person, forget, ask, sendAll, sendOne, newKey };
})();
