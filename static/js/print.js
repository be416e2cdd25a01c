document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
// A page that was asked for to be printed prints itself.
if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print());
document.querySelectorAll("[data-copy]").forEach((button) =>
  button.addEventListener("click", () => {
    document.querySelector("[data-copy-from]").select();
    if (document.execCommand("copy")) button.classList.add("btn-success");
  }),
);
