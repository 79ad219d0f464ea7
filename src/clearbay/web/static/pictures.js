"use strict";
// Draws the page's Vega-Lite pictures as they come near the screen; again when the theme or the data change.
(function () {
  const source = document.getElementById("pictures");
  if (!source) return;
  const given = JSON.parse(source.textContent);
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const views = new Map();

  // Data stand in a specification as CSV, a third of the size of objects. Vega's own reader of CSV makes functions from
  // text, which the page's policy forbids; so it is read here.
  function rows(text) {
    const table = [[]];
    let cell = "";
    let quoted = false;
    for (let k = 0; k < text.length; k += 1) {
      const c = text[k];
      if (quoted) {
        if (c !== '"') cell += c;
        else if (text[k + 1] === '"') cell += text[(k += 1)];
        else quoted = false;
      } else if (c === '"') quoted = true;
      else if (c === "," || c === "\n") {
        table[table.length - 1].push(cell);
        cell = "";
        if (c === "\n") table.push([]);
      } else if (c !== "\r") cell += c;
    }
    if (cell || table[table.length - 1].length) table[table.length - 1].push(cell);
    const [names, ...found] = table.filter((row) => row.length);
    return (found || []).map((row) => Object.fromEntries(names.map((name, k) => [name, row[k] ?? ""])));
  }

  function opened(part, sets = part.datasets || {}) {
    if (Array.isArray(part)) return part.map((one) => opened(one, sets));
    if (part === null || typeof part !== "object") return part;
    if (part.format?.type === "csv") {
      const text = typeof part.values === "string" ? part.values : sets[part.name];
      if (typeof text === "string") return { values: rows(text), format: { ...part.format, type: "json" } };
    }
    const kept = Object.entries(part).filter(([name]) => name !== "datasets");
    return Object.fromEntries(kept.map(([name, value]) => [name, opened(value, sets)]));
  }

  function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme === "dark" || (theme === "auto" && system.matches);
  }

  function config(place) {
    const base = isDark() || place.dataset.ground === "dark" ? given.dark : given.light;
    const columns = place.clientWidth < 640 ? 2 : place.clientWidth < 800 ? 3 : 6;
    return { ...base, legend: { ...base.legend, columns } };
  }

  function chosen(place, spec) {
    const select = place.closest("section")?.querySelector("select[data-choice]");
    if (!select || !Array.isArray(spec.params)) return spec;
    return { ...spec, params: spec.params.map((p) => (p.name === "point" ? { ...p, value: Number(select.value) } : p)) };
  }

  async function draw(place) {
    try {
      const spec = opened(chosen(place, given.specs[place.dataset.picture]));
      if (views.has(place)) views.get(place).finalize();
      const result = await vegaEmbed(place, spec, {
        mode: "vega-lite", logLevel: 1, renderer: "svg", ast: true, config: config(place),
        actions: { export: { png: true, svg: true }, source: false, compiled: false, editor: false },
        i18n: { PNG_ACTION: given.png, SVG_ACTION: given.svg },
        tooltip: { theme: isDark() ? "dark" : "light" },
        downloadFileName: `clearbay-${place.dataset.picture}`,
      });
      // One picture, one description: its marks are no further stops for a screen reader, its menu is not inside an image.
      place.dataset.label = place.dataset.label || place.getAttribute("aria-label");
      place.removeAttribute("role");
      place.removeAttribute("aria-label");
      for (const svg of place.querySelectorAll("svg.marks")) {
        for (const e of svg.querySelectorAll("[role], [aria-label]"))
          for (const name of ["role", "aria-label", "aria-roledescription", "aria-hidden"]) e.removeAttribute(name);
        svg.removeAttribute("aria-hidden");
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", place.dataset.label);
      }
      place.querySelector("summary")?.setAttribute("aria-label", `${given.menu}: ${place.dataset.label.slice(0, 80)}`);
      views.set(place, result);
      place.dataset.drawn = "yes";
    } catch (error) {
      place.textContent = given.failed;
      place.dataset.drawn = "no";
      console.error(error);
    }
  }

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        draw(entry.target);
      }
    }
  }, { rootMargin: "500px" });
  const places = Array.from(document.querySelectorAll("[data-picture]"));
  places.forEach((place) => near.observe(place));
  system.addEventListener("change", () => views.forEach((_, place) => draw(place)));
  let turn = 0;
  window.addEventListener("resize", () => {
    clearTimeout(turn);
    turn = setTimeout(() => views.forEach((_, place) => draw(place)), 250);
  });

  for (const place of places) {
    if (!place.dataset.again) continue;
    setInterval(async () => {
      if (document.hidden || place.matches(":hover, :focus-within")) return;
      const answer = await fetch(place.dataset.again);
      if (!answer.ok) return;
      const spec = await answer.json();
      if (spec.layer) {
        given.specs[place.dataset.picture] = spec;
        draw(place);
      }
    }, 30000);
  }

  for (const select of document.querySelectorAll("select[data-choice]"))
    select.addEventListener("change", () => {
      for (const place of select.closest("section").querySelectorAll("[data-picture]")) {
        const spec = given.specs[place.dataset.picture];
        if (views.has(place) && Array.isArray(spec.params)) views.get(place).view.signal("point", Number(select.value)).runAsync();
      }
    });

  for (const select of document.querySelectorAll("select[data-go]"))
    select.addEventListener("change", () => select.form.submit());
})();
