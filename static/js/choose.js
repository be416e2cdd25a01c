// The box in the head of a list chooses the whole page.
const list = document.getElementById("choose");
const whole = list.querySelector("input[data-all]");
if (whole) whole.addEventListener("change", () => list.querySelectorAll('input[name="matter"]').forEach((box) => (box.checked = whole.checked)));
