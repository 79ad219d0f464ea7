"use strict";
// For who listens to the page: at most every 20 s, the values that changed, when asked for.
(function () {
  const box = document.getElementById("aloud");
  const news = document.getElementById("news");
  if (!box || !news) return;
  const said = new Map();
  setInterval(() => {
    if (!box.checked) return;
    const changed = [];
    for (const place of document.querySelectorAll("[data-testid='live-values'] [data-live]")) {
      const text = place.textContent;
      if (said.get(place) === text) continue;
      said.set(place, text);
      changed.push(`${place.closest("tr").querySelector("th").textContent.trim()} ${place.parentElement.textContent.trim()}`);
    }
    if (changed.length) news.textContent = changed.join("; ");
  }, 20000);
})();
