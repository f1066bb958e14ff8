// The booth, alive: the bar counts at every choice, and every choice is kept at once.
// Without this file the form does the same when a button is pressed.
"use strict";

(() => {
  const form = document.querySelector("[data-booth]");
  if (!form) return;

  const boxes = [...form.querySelectorAll("input[type=checkbox][name=project]")];
  const points = [...form.querySelectorAll("[data-points] input")];
  const blank = form.querySelector("input[name=blank]");
  const meter = form.querySelector("[data-meter]");
  const state = form.querySelector("[data-state]");
  const saved = form.querySelector("[data-saved]");
  const kind = form.dataset.kind;
  const most = Number(form.dataset.most);

  // All three languages of the house write 12 400,50 € in the Finnish way.
  const money = (amount) => {
    const unit = Number(form.dataset.unit);
    const digits = amount % unit === 0 ? 0 : 2;
    return new Intl.NumberFormat("fi-FI", {
      style: "currency",
      currency: form.dataset.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(amount / unit);
  };
  const shown = (amount) => (kind === "money" ? money(amount) : String(amount));

  const chosen = () => boxes.filter((box) => box.checked);
  const given = () =>
    points.map((field) => Number(field.value)).filter((number) => number > 0);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const counts = {
    picks: () => chosen().length,
    money: () => sum(chosen().map((box) => Number(box.dataset.cost))),
    points: () => sum(given()),
    scores: () => given().length,
    ranking: () => form.querySelectorAll("[data-ranked] [data-rank]").length,
  };

  const count = () => {
    const used = counts[kind]();
    const over = used > most;
    const text = over ? meter.dataset.textOver : meter.dataset.textLeft;
    meter.textContent = text
      .replace("{used}", shown(used))
      .replace("{most}", shown(most))
      .replace("{left}", shown(most - used))
      .replace("{over}", shown(used - most));
    meter.classList.toggle("is-over", over);
  };

  let leaving = false;
  // Changes are numbered; what is kept is everything up to one of them. One saving at
  // a time, and the newest choices last.
  let newest = 0;
  let kept = 0;
  let saving = false;
  let request = null;
  const note = () => form.toggleAttribute("data-unsaved", kept !== newest);
  const save = async () => {
    if (saving) return;
    saving = true;
    const number = newest;
    request = new AbortController();
    let isKept = false;
    let why = saved.dataset.textUnsaved;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Draft": "1" },
        redirect: "manual",
        signal: request.signal,
      });
      isKept = answer.status === 204;
      // Closed meanwhile, or logged out: the button's page says it in words.
      why = saved.dataset.textRefused;
    } catch {
      // No connection: said below, and tried again when it is back.
    }
    saving = false;
    if (leaving) return;
    if (isKept) kept = number;
    saved.hidden = isKept;
    saved.textContent = isKept ? "" : why;
    note();
    if (newest !== number) save();
  };

  const aside = (target) => target.closest("[data-finding]") !== null;
  const changed = (target) => {
    if (target === blank && blank.checked) {
      for (const box of boxes) box.checked = false;
      // Points and the ranking are emptied by their own scripts.
      form.dispatchEvent(new Event("booth:blank"));
    } else if (blank && target !== blank) {
      blank.checked = false;
    }
    newest += 1;
    note();
    form.setAttribute("data-uncast", "");
    state.textContent =
      state.dataset.again === "1" ? state.dataset.changedAgain : state.dataset.changed;
    count();
  };
  let soon = 0;
  form.addEventListener("change", (event) => {
    if (aside(event.target)) return;
    clearTimeout(soon);
    changed(event.target);
    save();
  });
  form.addEventListener("input", (event) => {
    // Digits are kept when the typing pauses; a tick has a change of its own.
    if (!points.includes(event.target)) return;
    changed(event.target);
    clearTimeout(soon);
    soon = setTimeout(save, 400);
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a field would load the page; what is in the field is kept already.
    if (event.key === "Enter" && event.target.matches(".form-control")) {
      event.preventDefault();
    }
  });

  form.addEventListener("submit", () => {
    // The form brings the newest choices itself; an older saving must not follow it.
    leaving = true;
    if (request) request.abort();
  });
  window.addEventListener("online", () => {
    if (kept !== newest) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (kept !== newest && !leaving) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    // Whoever leaves at once takes the newest choices along all the same.
    if (kept === newest || leaving) return;
    if (request) request.abort();
    fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Draft": "1" },
      redirect: "manual",
      keepalive: true,
    }).catch(() => {});
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    count();
  });
})();
