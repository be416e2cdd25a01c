// The page that works without a signal: what waits on this phone, the households, the form.
// It holds nothing of anybody; all it shows comes from the phone's own store, and only of the person who signed in last.
(() => {
  const page = document.getElementById("waiting");
  const MONTH = 31 * 24 * 3600 * 1000;
  const part = (name) => page.querySelector("[data-" + name + "]");
  const instead = location.pathname !== "/my/waiting/"; // shown in place of a page that did not come
  let person = null;

  function localDay(back) {
    const day = new Date(Date.now() - back * 24 * 3600 * 1000);
    return new Date(day - day.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }

  // Households are known for a month; a phone that was away longer asks the office first.
  async function whose() {
    const now = await Drafts.person();
    if (now && Date.now() - now.at > MONTH) {
      await Drafts.forget();
      return null;
    }
    return now && now.user === (await Phone.owner()) ? now : null; // not those of whoever had signed in before
  }

  // -- the list

  async function draw(result) {
    person = await whose();
    const drafts = person ? await Drafts.all(person.user) : [];
    part("nobody").hidden = Boolean(person);
    part("homes").hidden = !person;
    part("drafts").hidden = !drafts.length;
    part("send").hidden = !drafts.some((draft) => draft.state === "waiting");
    part("none").hidden = Boolean(drafts.length) || !person;
    part("no-signal").hidden = navigator.onLine && !instead;
    fillList(part("drafts").querySelector("ul"), "draft", drafts, showDraft);
    fillList(part("homes").querySelector("ul"), "home", person ? person.homes : [], showHome);
    if (result && result.sent) {
      part("done").hidden = false;
      part("done").textContent = page.dataset.sent.replace("{n}", result.sent);
    }
  }

  function fillList(list, name, rows, show) {
    list.textContent = "";
    const model = page.querySelector("template[data-" + name + "]").content.firstElementChild;
    rows.forEach((row) => {
      const item = model.cloneNode(true);
      show(row, (field) => item.querySelector("[data-" + field + "]"), item);
      list.appendChild(item);
    });
  }

  function showHome(home, at, item) {
    item.querySelector("a").href = "#home-" + home.id;
    at("name").textContent = home.head;
    at("place").textContent = home.place;
  }

  function showDraft(draft, at) {
    const refused = draft.state === "refused";
    at("name").textContent = draft.label;
    at("day").textContent = draft.fields.on;
    at("text").textContent = draft.fields.content;
    at("photos").textContent = draft.photos.length ? page.dataset.photos.replace("{n}", draft.photos.length) : "";
    at("state").textContent = draft.arrived ? page.dataset.arrived : page.dataset[refused ? "refused" : "waiting"];
    at("why").hidden = !draft.why.length;
    draft.why.forEach((text) => { at("why").appendChild(document.createElement("li")).textContent = ContactForm.inWords(text); });
    at("edit").href = "#draft-" + draft.key;
    at("edit").hidden = Boolean(draft.arrived);
    at("page").hidden = !draft.arrived;
    at("page").href = draft.page || "";
    at("delete").onclick = () => window.confirm(page.dataset.sure) && Drafts.remove(draft.key).then(() => Phone.show());
  }

  // -- the form

  function openForm(name, draft, label, place) {
    const form = page.querySelector("form[data-log='" + name + "']");
    Array.from(page.querySelectorAll("form")).forEach((one) => { one.hidden = one !== form; });
    document.getElementById("kept").hidden = true;
    Object.assign(form.dataset, { user: person.user, label: label, mended: draft.at ? "1" : "" });
    form.dataset.draft = draft.at ? "" : "draft " + person.user + " " + (draft.fields.household || "");
    const day = form.elements.on;
    day.min = localDay(Number(page.dataset.daysBack));
    day.max = localDay(0);
    ContactForm.fill(form, draft);
    const heading = part("whom");
    heading.textContent = label || heading.dataset.other;
    part("where").textContent = place || "";
  }

  function openNew(home) {
    const fields = { on: localDay(0), kind: home ? "home" : "" };
    if (home) fields.household = String(home.id);
    const typed = sessionStorage.getItem("draft " + person.user + " " + (fields.household || ""));
    fields.content = typed || "";
    const draft = { key: Drafts.newKey(), fields: fields, photos: [] };
    openForm(home ? "home" : "other", draft, home ? home.head : "", home ? home.place : "");
  }

  // What is asked for: #home-5, #other, #draft-…; in place of /my/log/?household=5 that form at once.
  function asked() {
    if (location.hash.length > 1 || !instead || location.pathname !== "/my/log/") return location.hash.slice(1);
    const household = new URLSearchParams(location.search).get("household");
    return household ? "home-" + household : "other";
  }

  async function turn() {
    await draw();
    const open = person && (await opened(asked()));
    page.querySelector("[data-part='list']").hidden = open;
    page.querySelector("[data-part='form']").hidden = !open;
    window.scrollTo(0, 0);
  }

  async function opened(name) {
    if (name === "other") openNew(null);
    const home = person.homes.find((one) => "home-" + one.id === name);
    if (home) openNew(home);
    const draft = name.startsWith("draft-") && (await Drafts.get(name.slice(6)));
    const mine = Boolean(draft) && draft.owner === person.user;
    if (mine) openForm(draft.fields.household ? "home" : "other", draft, draft.fields.household ? draft.label : "");
    return name === "other" || Boolean(home) || mine;
  }

  if (!page || !Drafts.supported) {
    part("unable").hidden = false;
    return;
  }
  part("again").href = instead ? location.href : "/my/";
  part("send").addEventListener("click", () => Phone.now());
  document.addEventListener("drafts", (event) => draw(event.detail));
  window.addEventListener("hashchange", turn);
  window.addEventListener("offline", () => draw());
  window.addEventListener("online", () => draw());
  turn();
})();
