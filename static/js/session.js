// Says in time that a session is about to end, lets the person stay, and keeps it open while somebody is typing.
// Without this script nothing is lost either: what is sent after the end is kept and offered after the sign-in.
(() => {
  "use strict";
  const box = document.getElementById("session");
  const idle = Number(box.dataset.idle) * 60_000;
  const WARNED = 2 * 60_000, TOLD_EVERY = 5 * 60_000;
  let timer, told = Date.now();

  const show = (state) => {
    box.dataset.state = state;
    box.hidden = false;
  };
  const wait = () => {
    clearTimeout(timer);
    box.hidden = true;
    told = Date.now();
    timer = setTimeout(() => show("ending"), idle - WARNED);
  };
  const stay = async () => {
    const form = new FormData(box.querySelector("form"));
    const answer = await fetch(box.querySelector("form").action, { method: "POST", body: form }).catch(() => null);
    if (answer) answer.ok ? wait() : show("ended");
  };

  box.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  document.addEventListener("input", () => Date.now() - told > TOLD_EVERY && ((told = Date.now()), stay()));
  document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 401 && show("ended"));
  wait();
})();
