// The box above the list chooses the whole page.
const page = document.querySelector("#hints input[data-all]");
const boxes = document.querySelectorAll('#hints input[name="question"]');
if (page) page.addEventListener("change", () => boxes.forEach((box) => (box.checked = page.checked)));
