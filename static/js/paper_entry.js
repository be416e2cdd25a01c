// The sheet for paper forms as a grid: Enter goes to the next row, arrows stay in the column, rows come by themselves.
// Without this script the page works too, with the rows that it has.
(() => {
  "use strict";
  const form = document.querySelector("form[data-grid]");
  const body = form.querySelector("[data-rows]");
  const total = form.querySelector("[name$=TOTAL_FORMS]");
  const most = Number(form.dataset.most);

  const add = () => {
    if (body.rows.length >= most) return null;
    const n = body.rows.length;
    body.insertAdjacentHTML("beforeend", form.querySelector("[data-row]").innerHTML.replaceAll("__prefix__", n));
    const row = body.rows[n];
    row.querySelector("[data-number]").textContent = n + 1;
    total.value = n + 1;
    return row;
  };

  // A draft may hold more rows than the page begins with; desk.js, which comes after, puts it back.
  const draft = sessionStorage.getItem(form.dataset.draft);
  if ("fresh" in form.dataset && draft) {
    const kept = JSON.parse(draft).filter(([name, value]) => value && /^row-\d+-/.test(name));
    const needed = 1 + Math.max(...kept.map(([name]) => Number(name.split("-")[1])), 0);
    while (body.rows.length < needed && add());
  }

  const column = (cell) => [...cell.parentElement.children].indexOf(cell);
  const go = (row, n) => row?.children[n]?.querySelector("input, textarea")?.focus();

  body.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = event.target.closest("td");
    if (!cell) return;
    const row = cell.parentElement;
    const isText = event.target.matches("textarea");
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      go(row.nextElementSibling || add(), 1);
    } else if (event.key === "ArrowDown" && (!isText || event.target.selectionEnd === event.target.value.length)) {
      if (event.target.list && event.target.value) return; // the list of names is open
      event.preventDefault();
      go(row.nextElementSibling || add(), column(cell));
    } else if (event.key === "ArrowUp" && (!isText || event.target.selectionStart === 0)) {
      if (event.target.list && event.target.value) return;
      event.preventDefault();
      go(row.previousElementSibling, column(cell));
    }
  });

  body.addEventListener("input", (event) => {
    if (event.target.closest("tr") === body.lastElementChild) add();
  });

  // What is copied in Excel has a tab between its cells: it goes through the server, which understands headers too.
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!text.includes("\t")) return;
    event.preventDefault();
    form.querySelector("[data-pasted]").value = text;
    form.requestSubmit(form.querySelector("[data-paste]"));
  });

  const more = form.querySelector("[data-add]");
  more.hidden = false;
  more.addEventListener("click", () => go(add(), 1));
  (body.querySelector("[aria-invalid=true]") || body.querySelector("input")).focus();
})();
