// One tap for the usual case: everybody was there. Without this script each is chosen by hand.
(() => {
  "use strict";
  document.querySelectorAll("[data-all]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.form.querySelectorAll(`.attend input[type=radio][value="${button.dataset.all}"]`).forEach((one) => {
        one.checked = true;
      });
    });
  });
})();
