// Keeps the progress of a job's page up to date, and goes on when it is done.
"use strict";

(() => {
  const place = document.querySelector("[data-progress]");
  const bar = place.querySelector("progress");
  const text = place.querySelector("[data-progress-text]");
  const state = place.querySelector("[data-progress-state]");
  const between = 1000;
  const afterFailure = 5000;

  function show(status) {
    if (status.share === null) {
      bar.removeAttribute("value");
    } else {
      bar.value = status.share;
    }
    text.textContent = status.progress;
    // Only a change is written: a screen reader reads out whatever is.
    if (state.textContent !== status.state) {
      state.textContent = status.state;
    }
  }

  async function look() {
    try {
      const answer = await fetch(place.dataset.progress);
      const status = await answer.json();
      if (status.finished) {
        window.location.replace(status.next ?? window.location.href);
        return;
      }
      show(status);
      window.setTimeout(look, between);
    } catch {
      window.setTimeout(look, afterFailure);
    }
  }

  window.setTimeout(look, between);
})();
