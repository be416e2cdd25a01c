// The box in the head of the list chooses the whole page; "all" makes the single boxes idle.
const list = document.getElementById("flags");
const boxes = list.querySelectorAll('input[name="flag"]');
const page = list.querySelector("input[data-all]");
const all = list.querySelector('input[name="all"]');
if (page) page.addEventListener("change", () => boxes.forEach((box) => (box.checked = page.checked)));
if (all) all.addEventListener("change", () => [page, ...boxes].forEach((box) => (box.disabled = all.checked)));
