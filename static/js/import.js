// Names the chosen workbooks: the browser's own field names one of them, in the browser's language.
const zone = document.querySelector(".office-files");
const input = zone.querySelector("input");
const names = zone.querySelector("ul");

input.hasChangeListener = true; // or the theme's script looks for a text field of its own beside it
zone.classList.add("office-files-live");
input.addEventListener("change", () => {
  names.replaceChildren(
    ...Array.from(input.files, (file) => Object.assign(document.createElement("li"), { textContent: file.name })),
  );
});
