// Searching the booth's list at every letter. What is not found is hidden only: its
// choices stay on the ballot.
"use strict";

(() => {
  const bar = document.querySelector("[data-finding]");
  if (!bar) return;

  const words = bar.querySelector("[name=find]");
  const theme = bar.querySelector("[name=theme]");
  const found = document.querySelector("[data-found]");
  const cards = [...document.querySelectorAll("[data-card]")];
  const texts = new Map(
    cards.map((card) => [
      card,
      [...card.querySelectorAll("[data-text]")]
        .map((part) => part.textContent)
        .join(" ")
        .toLowerCase(),
    ]),
  );

  const find = () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const card of cards) {
      const right = !theme || !theme.value || card.dataset.theme === theme.value;
      card.hidden = !(right && wanted.every((word) => texts.get(card).includes(word)));
      shown += card.hidden ? 0 : 1;
    }
    found.textContent = found.dataset.text
      .replace("{shown}", String(shown))
      .replace("{all}", String(cards.length));
  };

  bar.querySelector("[data-find-button]").hidden = true;
  bar.addEventListener("input", find);
  window.addEventListener("pageshow", find);
})();
