// A long list of ticks is narrowed by typing a part of a name. Without this script the whole list is there.
(() => {
  "use strict";
  document.querySelectorAll("[data-pick]").forEach((list) => {
    const words = list.querySelector("[data-pick-words]");
    words.hidden = false;
    words.addEventListener("input", () => {
      const wanted = words.value.trim();
      list.querySelectorAll("label").forEach((label) => {
        label.hidden = !label.textContent.includes(wanted) && !label.querySelector("input").checked;
      });
    });
    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  });
})();
