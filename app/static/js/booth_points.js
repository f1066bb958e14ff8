// Points by two buttons or the arrow keys; without this file they are typed.
"use strict";

(() => {
  const form = document.querySelector("[data-booth]");
  const groups = [...document.querySelectorAll("[data-points]")];
  if (!form || groups.length === 0) return;

  const fieldOf = (group) => group.querySelector("input");
  const isRight = (field) =>
    /^\s*\d{0,6}\s*$/.test(field.value) && Number(field.value) <= Number(field.dataset.most);
  const show = (group) => {
    const field = fieldOf(group);
    field.toggleAttribute("aria-invalid", false);
    if (!isRight(field)) field.setAttribute("aria-invalid", "true");
    group.closest("[data-card]").classList.toggle("is-chosen", Number(field.value) > 0);
  };
  const step = (group, by) => {
    const field = fieldOf(group);
    const now = isRight(field) ? Number(field.value) : 0;
    const next = Math.min(Number(field.dataset.most), Math.max(0, now + by));
    field.value = next === 0 ? "" : String(next);
    show(group);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  for (const group of groups) {
    for (const button of group.querySelectorAll("[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => step(group, Number(button.dataset.step)));
    }
    fieldOf(group).addEventListener("input", () => show(group));
    fieldOf(group).addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      step(group, by);
    });
  }
  form.addEventListener("booth:blank", () => {
    for (const group of groups) {
      fieldOf(group).value = "";
      show(group);
    }
  });
})();
