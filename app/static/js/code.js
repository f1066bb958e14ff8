// The link in a letter carries the code behind a #, which no server ever sees.
// It is put into the field, and taken out of the address and the browser's history.
"use strict";

(() => {
  const field = document.querySelector("[data-code]");
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[0-9A-Za-z -]{16,24}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
})();
