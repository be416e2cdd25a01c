// Small helps on the pages of one matter. Without this script every page still works.
(() => {
  "use strict";

  // A chosen reason offers its guidance; what somebody wrote themselves is never overwritten.
  const guidance = document.querySelector("[name=guidance]");
  const offered = [...document.querySelectorAll("[data-guidance]")];
  const isOurs = (text) => !text.trim() || offered.some((one) => one.dataset.guidance === text);
  offered.forEach((label) =>
    label.addEventListener("change", () => {
      if (guidance && isOurs(guidance.value)) guidance.value = label.dataset.guidance;
    }),
  );

  // A policy text goes to where the cursor was last, or to the end.
  const text = document.querySelector("textarea[name=text]");
  document.querySelectorAll("[data-snippet]").forEach((button) =>
    button.addEventListener("click", () => {
      if (!text) return;
      const before = text.value.slice(0, text.selectionEnd);
      const gap = before && !before.endsWith("\n") ? "\n" : "";
      text.setRangeText(gap + button.dataset.snippet, text.selectionEnd, text.selectionEnd, "end");
      text.focus();
    }),
  );

  const filter = (input, items) =>
    input.addEventListener("input", () => {
      const words = input.value.trim().toLowerCase().split(/\s+/);
      items.forEach((item) => {
        const said = item.textContent.toLowerCase();
        item.hidden = !words.every((word) => said.includes(word));
      });
    });
  document.querySelectorAll("[data-filter]").forEach((input) => {
    filter(input, [...document.querySelectorAll(input.dataset.filter)]);
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  });

  // A long list of ticks gets a box to find one in it.
  document.querySelectorAll(".field-choices").forEach((field) => {
    const ticks = [...field.querySelectorAll("label:has(input[type=checkbox])")].map((label) => label.parentElement);
    if (ticks.length < 13) return;
    const list = ticks[0].parentElement;
    list.classList.add("long-list");
    const input = Object.assign(document.createElement("input"), { type: "search", className: "form-control" });
    input.setAttribute("aria-label", field.querySelector("legend").textContent);
    input.placeholder = "🔍";
    list.before(input);
    filter(input, ticks);
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  });
})();
