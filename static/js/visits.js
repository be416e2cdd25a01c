// Two conveniences of a deputy's pages; without JavaScript nothing is missing but them.

// A topic is written into the text with one tap.
function offerTopics(text, topics) {
  topics.hidden = false;
  topics.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const before = text.value && !text.value.endsWith("\n") ? text.value + "\n" : text.value;
    text.value = before + (button.dataset.text || button.textContent);
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    text.dispatchEvent(new Event("input"));
  });
}

// What was typed survives a lost signal or a sign-in that ran out, in this tab, until the page that confirms it.
function keepDraft(text, name) {
  text.value ||= sessionStorage.getItem(name) || "";
  text.addEventListener("input", () => sessionStorage.setItem(name, text.value));
}

const text = document.getElementById("id_content");
if (text) {
  offerTopics(text, document.querySelector("[data-topics]"));
  keepDraft(text, text.form.dataset.draft);
}
const saved = document.querySelector("[data-saved-draft]");
if (saved) sessionStorage.removeItem(saved.dataset.savedDraft);
