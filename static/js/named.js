"use strict";
// A choice that is found while typing draws boxes of its own, without a name: they take that of their field.
(() => {
  const nameOf = (select) =>
    select.getAttribute("aria-label") || (select.labels[0] ? select.labels[0].textContent.replace("*", "").trim() : "");

  const name = (box, select) => {
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], input")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", nameOf(select));
    }
    // With its cross the list of what was chosen is no list.
    for (const part of box.querySelectorAll(".select2-selection ul, .select2-selection li")) part.setAttribute("role", "none");
  };

  const nameAll = () => {
    for (const box of document.querySelectorAll("select + .select2-container")) name(box, box.previousElementSibling);
    const open = document.querySelector("select + .select2-container--open");
    const list = document.querySelector("body > .select2-container--open");
    if (open && list) name(list, open.previousElementSibling);
  };

  const isOurs = (change) =>
    [change.target, ...change.addedNodes].some((node) => node.closest && node.closest(".select2-container"));

  new MutationObserver((changes) => changes.some(isOurs) && nameAll()).observe(document.body, {
    childList: true,
    subtree: true,
  });
  nameAll();
})();
