// The keyboard of the desk, and a draft that outlives an expired sign-in. Without this script every page still works.
(() => {
  "use strict";
  const SENT = "desk-draft-sent";

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));

  // Browsers differ in what they want pressed with an access key; here it is Alt alone, as the page says.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !/^Key[A-Z]$/.test(event.code)) return;
    const target = document.querySelector(`[accesskey="${event.code.slice(3).toLowerCase()}"]`);
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.click();
  });

  // One key alone, while nobody is typing: / n r b ? do what the page offers for them.
  const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");
  const search = document.querySelector("[data-search] input[type=search]");
  const keys = document.querySelector("dialog.keys");
  document.querySelector("[data-keys-open]")?.addEventListener("click", () => keys.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key.length !== 1 || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (target === search) search.select();
    else target.click();
  });

  // Up and down through everything that is listed, and between the list and the search.
  const listed = () => [...document.querySelectorAll("[data-walk] a")];
  let opensFirst = false;
  document.addEventListener("keydown", (event) => {
    if (!search || event.isComposing || document.querySelector("dialog[open]")) return;
    const at = listed().indexOf(event.target);
    if (event.target !== search && at < 0) {
      if (event.key === "Escape" && !isTyping(event.target)) search.focus();
      return;
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      listed()[at + 1]?.focus();
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      (listed()[at - 1] || search).focus();
    } else if (event.key === "Escape" && at >= 0) {
      search.focus();
    } else if (event.key.toLowerCase() === "p" && event.target.dataset.receipt) {
      location.assign(event.target.dataset.receipt);
    } else if (event.key === "Enter" && event.target === search && window.htmx) {
      event.preventDefault(); // What fits is fetched at once, and the first of it chosen.
      opensFirst = true;
      search.dispatchEvent(new Event("search"));
    }
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "part" || !opensFirst) return;
    opensFirst = false;
    listed()[0]?.focus();
  });

  // A form of one verb is saved from anywhere in it.
  const verb = document.querySelector("form[data-verb]");
  verb?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    verb.requestSubmit();
  });

  const form = document.querySelector("form[data-desk]");
  if (!form) {
    // The draft of a form that was sent goes away when its receipt is shown; any other page leaves drafts alone.
    const sent = sessionStorage.getItem(SENT);
    if (sent && document.querySelector("[data-sent]")) {
      sessionStorage.removeItem(sent);
      sessionStorage.removeItem(SENT);
    }
    return;
  }

  const key = form.dataset.draft;
  const fields = () =>
    [...form.elements].filter(
      (e) =>
        e.name &&
        !["key", "csrfmiddlewaretoken", "merge_into", "do", "pasted"].includes(e.name) &&
        !e.name.endsWith("_FORMS") &&
        e.type !== "file",
    );
  const note = document.querySelector("[data-draft-note]");

  const keep = () => {
    const typed = fields().map((e) => [e.name, e.type === "checkbox" ? e.checked : e.value]);
    sessionStorage.setItem(key, JSON.stringify(typed));
  };
  const restore = () => {
    const left = fields();
    for (const [name, value] of JSON.parse(sessionStorage.getItem(key))) {
      const at = left.findIndex((e) => e.name === name);
      if (at < 0) continue;
      const [field] = left.splice(at, 1); // Rows of people have the same names, one after the other.
      field[field.type === "checkbox" ? "checked" : "value"] = value;
      if (value && field.closest("details")) field.closest("details").open = true;
    }
    note.hidden = false;
  };

  sessionStorage.removeItem(SENT);
  if ("fresh" in form.dataset && sessionStorage.getItem(key)) restore();
  form.addEventListener("input", keep);
  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem(SENT, key);
  });
  note.querySelector("[data-draft-clear]").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    note.hidden = true;
    form.reset();
    form.querySelector("input:not([type=hidden])").focus();
  });

  const next = (field) => {
    const stops = [...form.elements].filter((e) => e.checkVisibility() && e.type !== "hidden" && !e.disabled);
    stops[stops.indexOf(field) + 1]?.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // Enter that ends a Chinese word is not ours.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Enter" && event.target.matches("form[data-desk] :is(input, select)")) {
      event.preventDefault();
      next(event.target);
    }
  });
})();
