// Figures stand open on a wide screen and on paper; on a phone they are opened one by one.
const folds = document.querySelectorAll("details.is-open-wide");
const wide = window.matchMedia("(min-width: 721px)");
const fit = () => folds.forEach((fold) => (fold.open = wide.matches));
const meant = () => {
  const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  target?.parentElement.querySelectorAll(":scope > details.is-open-wide").forEach((fold) => (fold.open = true));
};
fit();
meant();
wide.addEventListener("change", fit);
window.addEventListener("hashchange", meant);
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".page-report details:not([open], .report-menu)")];
  opened.forEach((fold) => (fold.open = true));
});
window.addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));
document.addEventListener("click", (event) =>
  document.querySelectorAll(".report-menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false)),
);
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".report-menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
