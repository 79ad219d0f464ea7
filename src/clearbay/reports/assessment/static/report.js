"use strict";
(function () {
  const { specs, settings } = JSON.parse(document.getElementById("data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const places = Array.from(document.querySelectorAll("[data-figure]"));
  const views = new Map();
  const waiting = new Set(places);
  let printing = false;

  function choice(place) {
    const select = place.closest("section").querySelector("select[data-choice]");
    return select ? Number(select.value) : 0;
  }

  function withChoice(spec, value) {
    if (!Array.isArray(spec.params)) return spec;
    return { ...spec, params: spec.params.map((p) => (p.name === "point" ? { ...p, value } : p)) };
  }

  function theme(place) {
    const config = dark.matches && !printing ? settings.dark : settings.light;
    // A phone has room for two names beside each other, half a page for three.
    const columns = place.clientWidth < 500 ? 2 : place.clientWidth < 800 ? 3 : 4;
    return { ...config, legend: { ...config.legend, columns } };
  }

  async function draw(place) {
    waiting.delete(place);
    const spec = withChoice(specs[Number(place.dataset.figure)], choice(place));
    try {
      if (views.has(place)) views.get(place).finalize();
      const result = await vegaEmbed(place, spec, {
        mode: "vega-lite",
        logLevel: 1, // errors; that one layer has nothing to draw is no news
        renderer: printing ? "svg" : "canvas",
        config: theme(place),
        actions: { export: { png: true, svg: true }, source: false, compiled: false, editor: false },
        i18n: { PNG_ACTION: settings.png, SVG_ACTION: settings.svg },
        tooltip: { theme: dark.matches && !printing ? "dark" : "light" },
        downloadFileName: "clearbay-" + (Number(place.dataset.figure) + 1),
      });
      views.set(place, result);
      place.dataset.drawn = "yes";
    } catch (error) {
      place.textContent = settings.failed;
      place.dataset.drawn = "no";
      console.error(error);
    }
  }

  // Pictures are drawn as they come near the screen: a page of forty opens as fast as a page of two.
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting && waiting.has(entry.target)) {
          near.unobserve(entry.target);
          draw(entry.target);
        }
      }
    },
    { rootMargin: "600px" },
  );
  places.forEach((place) => near.observe(place));

  // The rest follows when the browser is free, one at a time, so that printing finds every picture drawn.
  async function rest() {
    for (const place of places) {
      if (!waiting.has(place)) continue;
      await draw(place);
      await new Promise((resume) => setTimeout(resume, 20));
    }
  }
  setTimeout(rest, 300);

  document.querySelectorAll("select[data-choice]").forEach((select) =>
    select.addEventListener("change", () => {
      for (const place of select.closest("section").querySelectorAll("[data-figure]")) {
        const drawn = views.get(place);
        const spec = specs[Number(place.dataset.figure)];
        if (drawn && Array.isArray(spec.params)) drawn.view.signal("point", Number(select.value)).runAsync();
      }
    }),
  );

  function again() {
    for (const place of places) if (views.has(place)) draw(place);
  }
  dark.addEventListener("change", again);
  window.addEventListener("beforeprint", () => {
    printing = true;
    places.forEach(draw);
  });
  window.addEventListener("afterprint", () => {
    printing = false;
    again();
  });
})();
