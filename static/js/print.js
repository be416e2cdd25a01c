document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
document.querySelectorAll("[data-copy]").forEach((button) =>
  button.addEventListener("click", () => {
    document.querySelector("[data-copy-from]").select();
    if (document.execCommand("copy")) button.classList.add("btn-success");
  }),
);
