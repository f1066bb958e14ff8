// The ranking without page loads: its buttons move lines, say so, and keep the focus.
"use strict";

(() => {
  const form = document.querySelector("[data-booth]");
  const part = document.querySelector("[data-ranking]");
  if (!form || !part) return;

  const ranked = part.querySelector("[data-ranked]");
  const empty = part.querySelector("template");
  const said = part.querySelector("[data-said]");
  const lines = () => [...ranked.querySelectorAll("[data-rank]")];
  const cards = [...form.querySelectorAll("[data-card]")];
  const lineOf = (code) => lines().find((line) => line.dataset.rank === code);
  const newLine = (code) => {
    const card = cards.find((each) => each.dataset.card === code);
    const title = card.querySelector("h2").textContent.trim();
    const line = empty.content.querySelector("[data-rank]").cloneNode(true);
    line.id = card.id.replace("card-", "rank-");
    line.dataset.rank = code;
    line.querySelector("input").value = code;
    line.querySelector("[data-title]").textContent = title;
    for (const button of line.querySelectorAll("[data-act]")) {
      button.value = `${button.dataset.act} ${code}`;
      button.querySelector("[data-name]").textContent = title;
    }
    return line;
  };

  const show = () => {
    const all = lines();
    all.forEach((line, index) => {
      line.querySelector("[data-place]").textContent = String(index + 1);
      line.querySelector("[data-act=up]").disabled = index === 0;
      line.querySelector("[data-act=down]").disabled = index === all.length - 1;
    });
    part.querySelector("[data-empty]").hidden = all.length > 0;
    for (const card of cards) {
      const index = all.findIndex((line) => line.dataset.rank === card.dataset.card);
      const isIn = index >= 0;
      const place = card.querySelector("[data-card-place]");
      place.hidden = !isIn;
      place.textContent = part.dataset.textCard.replace("{place}", String(index + 1));
      const button = card.querySelector("[data-toggle-rank]");
      button.value = `${isIn ? "out" : "in"} ${card.dataset.card}`;
      button.querySelector("[data-word]").textContent = isIn
        ? part.dataset.wordOut
        : part.dataset.wordIn;
      card.classList.toggle("is-chosen", isIn);
    }
  };

  const acts = {
    in: (line) => ranked.append(line),
    out: (line) => line.remove(),
    up: (line) => line.previousElementSibling?.before(line),
    down: (line) => line.nextElementSibling?.after(line),
  };

  const say = (line) => {
    const all = lines();
    const text = all.includes(line) ? part.dataset.textPlace : part.dataset.textOut;
    said.textContent = text
      .replace("{project}", line.querySelector("[data-title]").textContent)
      .replace("{place}", String(all.indexOf(line) + 1))
      .replace("{all}", String(all.length));
  };

  // A moved button loses the focus, and one at an end can no longer be pressed.
  const keepFocus = (button, line, neighbour) => {
    if (button.closest("[data-card]")) return;
    if (button.dataset.act === "out") {
      (neighbour?.querySelector("[data-act=out]") ?? part.querySelector("h2")).focus();
    } else if (button.disabled) {
      (line.querySelector("[data-act]:not(:disabled)") ?? line).focus();
    } else {
      button.focus();
    }
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const [act] = button.value.split(" ", 1);
    const code = button.value.slice(act.length + 1);
    const line = lineOf(code) ?? newLine(code);
    const neighbour = line.nextElementSibling ?? line.previousElementSibling;
    acts[act](line);
    show();
    keepFocus(button, line, neighbour);
    say(line);
    form.dispatchEvent(new Event("change"));
  });
  form.addEventListener("booth:blank", () => {
    for (const line of lines()) line.remove();
    show();
  });
})();
