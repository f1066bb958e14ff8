// The exit guard: whoever leaves the booth with choices that are not cast is asked.
// Ways that stay inside (areas, review, another language) are not leaving.
"use strict";

(() => {
  const guard = document.querySelector("[data-guard]");
  if (!guard) return;

  let inside = false;
  const staysInside = (address) => {
    const url = new URL(address, location.href);
    const path = url.pathname.replace(/^\/[a-z]{2}\//, "/");
    return url.origin === location.origin && path.startsWith(guard.dataset.guard);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) inside = staysInside(link.href);
  });
  document.addEventListener("submit", (event) => {
    inside = staysInside(event.target.action);
  });
  window.addEventListener("beforeunload", (event) => {
    if (guard.hasAttribute("data-uncast") && !inside) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    inside = false;
  });
})();
