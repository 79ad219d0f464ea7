"use strict";
// The hall screen: keeps the diagram's slots alive, turns between lines and findings, fills the screen.
(function () {
  const feeds = JSON.parse(document.getElementById("feeds").textContent);
  const lines = Object.keys(feeds);
  const standing = new Map(); // "point|code|basis|statistic" -> value
  const words = document.body.dataset;
  let shown = lines[0];
  let turning = true;

  function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  function write(key, feed) {
    const place = document.querySelector(`[data-slot="${CSS.escape(key)}"]`);
    if (!place) return;
    const values = feed.series.map((name) => standing.get(name)).filter((v) => typeof v === "number");
    const card = place.closest(".card");
    if (!values.length) {
      place.textContent = "—";
      card.classList.remove("over");
      return;
    }
    const value = feed.factor * (feed.sum ? values.reduce((a, b) => a + b, 0) : median(values));
    place.textContent = value.toLocaleString("en-US", { minimumFractionDigits: feed.decimals, maximumFractionDigits: feed.decimals }).replaceAll(",", "\u2009");
    card.classList.toggle("over", feed.limit !== null && (feed.least ? value < feed.limit : value > feed.limit));
  }

  function draw() {
    for (const place of document.querySelectorAll("[data-slot]")) {
      const feed = feeds[shown][place.dataset.slot];
      if (feed) write(place.dataset.slot, feed);
      else place.textContent = "—";
    }
    for (const button of document.querySelectorAll("[data-line]"))
      button.setAttribute("aria-pressed", String(button.dataset.line === shown));
    for (const card of document.querySelectorAll("[data-card]")) card.classList.toggle("shown", card.dataset.card === shown);
    for (const heat of document.querySelectorAll("[data-heat]")) {
      const value = standing.get(heat.dataset.heat);
      if (typeof value !== "number") continue;
      const low = Number(heat.dataset.low);
      const share = (value - low) / (Number(heat.dataset.high) - low);
      heat.querySelector(".needle").setAttribute("transform", `translate(${450 * Math.max(0, Math.min(1, share))} 0)`);
      heat.previousElementSibling.classList.toggle("cold", value < 850);
    }
  }

  document.addEventListener("clearbay:values", (event) => {
    for (const [point, values] of Object.entries(event.detail.points))
      for (const one of values) standing.set(`${point}|${one.k}`, one.v);
    draw();
  });

  // States are worked out by the server; values that come are the sign to ask, at most every 5 s.
  let askedAt = -Infinity;
  let waiting = null;
  async function askStates() {
    waiting = null;
    askedAt = performance.now();
    try {
      const answer = await fetch(`/hall/${encodeURIComponent(words.site)}/states`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      for (const [point, chips] of Object.entries(await answer.json())) {
        const place = document.querySelector(`[data-states="${CSS.escape(point)}"]`);
        if (!place) continue;
        // What has not changed is left alone, or a reader would be told it again and again.
        if (place.textContent.trim().replace(/\s+/g, " ") === chips.map((one) => one.text).join(" ")) continue;
        place.replaceChildren(...chips.flatMap((one) => {
          const chip = document.createElement("span");
          chip.className = `chip tag ${one.kind}`;
          chip.dataset.kind = one.kind;
          chip.textContent = one.text;
          if (one.why) chip.title = one.why;
          return [chip, " "];
        }));
      }
    } catch {
      // The line is down; the dot says so, and the next values ask again.
    }
  }
  for (const name of ["values", "finding", "logger", "district", "clock"])
    document.addEventListener(`clearbay:${name}`, () => {
      waiting ??= setTimeout(askStates, Math.max(0, 5000 - (performance.now() - askedAt)));
    });

  const ticker = document.getElementById("ticker");
  const count = document.querySelector("[data-over]");
  const exceeded = new Set(count.dataset.over.split(" ").filter(Boolean));
  function turn() {
    const items = Array.from(ticker.children);
    if (items.length < 2) return;
    const at = items.findIndex((item) => !item.hidden);
    items[at].hidden = true;
    items[(at + 1) % items.length].hidden = false;
  }

  document.addEventListener("clearbay:finding", (event) => {
    const data = event.detail;
    if (!lines.includes(data.point_id)) return;
    const id = data.finding_id;
    // A revision of a finding is no second one.
    if (data.verdict === "exceeded") exceeded.add(id);
    else exceeded.delete(id);
    count.textContent = String(exceeded.size);
    count.parentElement.classList.toggle("bad", exceeded.size > 0);
    count.parentElement.classList.toggle("good", exceeded.size === 0);
    ticker.querySelector(`li[data-id="${CSS.escape(id)}"]`)?.remove();
    const item = document.createElement("li");
    item.dataset.id = id;
    item.dataset.verdict = data.verdict;
    const link = document.createElement("a");
    link.href = `/findings/${encodeURIComponent(data.finding_id)}`;
    link.textContent = data[words.lang];
    const chip = ticker.querySelector(`li[data-verdict="${CSS.escape(data.verdict)}"] .chip`);
    if (chip) item.append(chip.cloneNode(true), " ");
    item.append(link);
    for (const other of ticker.children) other.hidden = true;
    ticker.prepend(item);
    while (ticker.children.length > 10) ticker.lastElementChild.remove();
  });

  setInterval(() => {
    if (turning && !ticker.matches(":hover, :focus-within")) turn();
  }, 6000);
  setInterval(() => {
    if (!turning || lines.length < 2) return;
    shown = lines[(lines.indexOf(shown) + 1) % lines.length];
    draw();
  }, 20000);

  const button = document.getElementById("turning");
  function setTurning(on) {
    turning = on;
    button.setAttribute("aria-pressed", String(!on));
    button.title = on ? words.wordPause : words.wordPlay;
    button.querySelector(".vh").textContent = button.title;
  }
  button.addEventListener("click", () => setTurning(!turning));
  for (const choice of document.querySelectorAll("[data-line]"))
    choice.addEventListener("click", () => {
      shown = choice.dataset.line;
      setTurning(false);
      draw();
    });
  document.getElementById("full").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  // What the day has brought is written by the server: a screen that hangs for weeks asks it again.
  setInterval(() => {
    if (!document.fullscreenElement && navigator.onLine) location.reload();
  }, 30 * 60 * 1000);
  draw();
})();
