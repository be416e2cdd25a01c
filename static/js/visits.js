// The form of one contact. Without JavaScript, or where a phone can keep nothing, it is an ordinary form.

// A topic is written into the text with one tap.
function offerTopics(text, topics) {
  topics.hidden = false;
  topics.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const before = text.value && !text.value.endsWith("\n") ? text.value + "\n" : text.value;
    text.value = before + (button.dataset.text || button.textContent);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    text.dispatchEvent(new Event("input"));
  });
}

// What was typed survives a page that is left, in this tab, until it is saved.
function keepTyped(form, text) {
  const name = () => form.dataset.draft;
  if (name()) text.value = text.value || sessionStorage.getItem(name()) || "";
  text.addEventListener("input", () => name() && sessionStorage.setItem(name(), text.value));
}

const ContactForm = (() => {
  const words = document.getElementById("words");
  const SIDE = 1600; // pixels: a page that was photographed can still be read
  const LIMIT = 10000; // ms that somebody waits for the answer; sending goes on
  const FIELDS = ["household", "on", "kind", "met", "place", "content", "matter", "consultation"];

  // -- photos

  // Smaller, if this browser can: a poor signal carries it in a tenth of the time.
  async function shrunk(file) {
    const upright = window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image");
    const small = upright && (await drawn(file).catch(() => null));
    return small && small.size < file.size ? small : file;
  }

  async function drawn(file) {
    const picture = await loaded(URL.createObjectURL(file));
    const scale = Math.min(1, SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(picture.src);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
  }

  function loaded(address) {
    return new Promise((resolve, reject) => {
      const picture = new Image();
      picture.onload = () => resolve(picture);
      picture.onerror = reject;
      picture.src = address;
    });
  }

  function bytesOf(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsArrayBuffer(blob);
    });
  }

  async function take(form, files) {
    const room = Number(form.dataset.most) - form.shots.length;
    const many = files.length > room ? { photos: [words.dataset.many] } : {};
    for (const file of files.slice(0, Math.max(room, 0))) {
      const blob = await shrunk(file);
      form.shots.push({ type: blob.type, bytes: await bytesOf(blob) });
      list(form);
    }
    tell(form, many);
  }

  function list(form) {
    const shown = form.querySelector("[data-shots]");
    shown.textContent = "";
    form.shots.forEach((shot, n) => {
      const item = document.createElement("li");
      const picture = new Image();
      picture.alt = String(n + 1);
      picture.src = URL.createObjectURL(new Blob([shot.bytes], { type: shot.type }));
      picture.onload = () => URL.revokeObjectURL(picture.src);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "×";
      button.setAttribute("aria-label", words.dataset.takeAway + " " + (n + 1));
      button.onclick = () => { form.shots.splice(n, 1); list(form); };
      item.append(picture, button);
      shown.append(item);
    });
    shown.hidden = !form.shots.length;
  }

  // -- what is wrong, at the field that it is about

  // A proxy before the office says only a number.
  const inWords = (text) => words.dataset["status" + text] || text;

  function tell(form, errors) {
    Array.from(form.querySelectorAll(".errorlist")).forEach((told) => told.remove());
    Array.from(form.querySelectorAll("[aria-invalid]")).forEach((field) => field.removeAttribute("aria-invalid"));
    const general = form.querySelector("[data-wrong-of-all]");
    Object.keys(errors).forEach((name) => {
      const field = form.elements[name];
      const place = field && (field[0] || field).closest(".ask");
      const told = document.createElement("ul");
      told.className = "errorlist";
      errors[name].forEach((text) => { told.appendChild(document.createElement("li")).textContent = inWords(text); });
      (place || general).appendChild(told);
      if (place && field.setAttribute) field.setAttribute("aria-invalid", "true");
    });
    const wrong = form.querySelector("[data-wrong]");
    wrong.hidden = !Object.keys(errors).length;
    if (!wrong.hidden) wrong.scrollIntoView({ block: "center" });
  }

  // -- saving

  function collected(form) {
    const fields = {};
    FIELDS.forEach((name) => { if (form.elements[name]) fields[name] = form.elements[name].value; });
    if (form.elements.matter_raised.checked) fields.matter_raised = "on";
    return {
      key: form.elements.key.value,
      owner: Number(form.dataset.user),
      at: Number(form.dataset.at) || Date.now(),
      label: form.dataset.label || fields.met,
      fields,
      photos: form.shots,
    };
  }

  async function save(form) {
    await form.taking;
    const draft = collected(form);
    const kept = await Drafts.keep(draft, Boolean(form.dataset.mended)).catch(() => null);
    if (kept === false) return settled(form, { lost: true }); // it was sent while it was mended
    if (kept) sessionStorage.removeItem(form.dataset.draft);
    const sending = Drafts.sendOne(draft, Boolean(kept)).catch(() => ({ later: true }));
    const outcome = await (kept ? Promise.race([sending, pause()]) : sending);
    return settled(form, outcome, kept);
  }

  const pause = () => new Promise((resolve) => setTimeout(resolve, LIMIT, { later: true }));

  function settled(form, outcome, kept) {
    if (outcome.sent) return location.assign(outcome.sent);
    if (outcome.refused) return tell(form, outcome.refused);
    if (kept === null) return tell(form, { "": [words.dataset.full] });
    return showKept(form, outcome);
  }

  function showKept(form, outcome) {
    const panel = document.getElementById("kept");
    say(panel, ["signedOut", "other", "lost"].find((name) => outcome[name]) || "later");
    form.hidden = true;
    panel.hidden = false;
    panel.focus();
    document.addEventListener("drafts", (event) => {
      if (event.detail && event.detail.sent && !event.detail.left) say(panel, "sent");
    });
    Phone.show().then(() => {
      Phone.later();
      Phone.now();
    });
  }

  function say(panel, which) {
    Array.from(panel.children).concat(Array.from(panel.querySelectorAll("a"))).forEach((part) => {
      const about = ["later", "signedOut", "other", "lost", "sent"].filter((name) => name in part.dataset);
      if (about.length) part.hidden = about[0] !== which;
    });
  }

  function busy(form, button, label) {
    form.dataset.busy = label ? "" : "1";
    button.disabled = !label;
    button.textContent = label || words.dataset.sending;
  }

  // Make a form of the page one that works without a signal.
  function begin(form) {
    form.shots = [];
    form.taking = Promise.resolve();
    const input = form.elements.photos;
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = ""; // they are in the list from here on
      form.taking = form.taking.then(() => take(form, files)).catch(() => tell(form, { photos: [words.dataset.unreadable] }));
    });
    const button = form.querySelector(".save button");
    const label = button.textContent;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.dataset.busy) return;
      busy(form, button, "");
      save(form).then(() => busy(form, button, label));
    });
  }

  // Show a draft again, or an empty form.
  function fill(form, draft) {
    FIELDS.forEach((name) => { if (form.elements[name]) form.elements[name].value = draft.fields[name] || ""; });
    form.elements.matter_raised.checked = Boolean(draft.fields.matter_raised);
    form.elements.key.value = draft.key;
    form.dataset.at = draft.at || "";
    form.shots = draft.photos.slice();
    list(form);
    tell(form, {});
  }

  return { begin, fill, inWords };
})();

Array.from(document.querySelectorAll("form.log")).forEach((form) => {
  const text = form.elements.content;
  if (text) offerTopics(text, form.querySelector("[data-topics]"));
  if (text) keepTyped(form, text);
  if ("log" in form.dataset && typeof Phone !== "undefined" && Drafts.supported) ContactForm.begin(form);
});
const saved = document.querySelector("[data-saved-draft]");
if (saved) sessionStorage.removeItem(saved.dataset.savedDraft);
