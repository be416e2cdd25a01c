"use strict";
// Says while the ballots are typed whether they add up. The server says it again, and the database has the last word.
(() => {
  const form = document.querySelector("[data-tally]");
  const said = form?.querySelector(".ballots-sum");
  if (!said) return;
  const number = (name) => form.elements[name].value === "" ? NaN : Number(form.elements[name].value);
  const tell = () => {
    const sum = ["satisfied", "fairly", "dissatisfied", "ballots_void"].map(number).reduce((a, b) => a + b, 0);
    const back = number("ballots_back");
    said.hidden = Number.isNaN(sum) || Number.isNaN(back);
    if (said.hidden) return;
    const out = number("ballots_out"), present = Number(said.dataset.present);
    const sums = sum === back, good = sums && back <= out && out <= present;
    said.className = `ballots-sum ${good ? "is-good" : "is-bad"}`;
    if (good) said.textContent = said.dataset.good;
    else if (sums) said.textContent = `${said.dataset.more} ${back} / ${Number.isNaN(out) ? "–" : out} / ${present}`;
    else said.textContent = `${said.dataset.bad} ${sum} ≠ ${back}`;
  };
  form.addEventListener("input", tell);
  tell();
})();
