// A browser at a service point: warns before the time is over, and then shows the end,
// so that nobody's choices stay on the screen. Without the script the page refreshes.
"use strict";

(() => {
  const banner = document.querySelector("[data-assisted]");
  const SOON = 5 * 60;
  const left = Number(banner.dataset.assisted);
  const warn = () => {
    const soon = banner.querySelector("[data-soon]");
    if (soon) soon.hidden = false;
  };
  const end = () => {
    // The guard of the booth would ask, and the page would stay.
    document.querySelectorAll("[data-uncast]").forEach((part) => part.removeAttribute("data-uncast"));
    location.replace(banner.dataset.over);
  };
  setTimeout(warn, Math.max(0, left - SOON) * 1000);
  setTimeout(end, (left + 1) * 1000);
})();
