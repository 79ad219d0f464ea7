"use strict";
// Every page: the menu, the clock, live values by server-sent events, what is stale, what is news.
(function () {
  const body = document.body;
  const words = { live: body.dataset.wordLive, lost: body.dataset.wordLost, stale: body.dataset.wordStale };
  const line = document.getElementById("line");
  const clock = document.getElementById("clock");
  const news = document.getElementById("news");
  const menu = document.getElementById("menu");
  let serverNow = Date.parse(body.dataset.now);
  let heardAt = Date.now();
  let heard = 0;
  let pace = 1; // seconds of the service's clock in one of ours: a demonstration may run faster

  if (menu) {
    menu.addEventListener("click", () => {
      const open = menu.getAttribute("aria-expanded") !== "true";
      menu.setAttribute("aria-expanded", String(open));
      document.getElementById("side").classList.toggle("open", open);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.getAttribute("aria-expanded") === "true") {
        menu.click();
        menu.focus();
      }
    });
  }

  function now() {
    return serverNow + (Date.now() - heardAt) * pace;
  }

  function keepTime(text) {
    const said = Date.parse(text);
    const passed = Date.now() - heardAt;
    // The first message follows the page by however long the browser took: no measure of the pace.
    if (heard > 0 && passed > 500) pace = 0.7 * pace + 0.3 * Math.max((said - serverNow) / passed, 0);
    heard += 1;
    serverNow = said;
    heardAt = Date.now();
  }

  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: body.dataset.zone, year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: body.classList.contains("hall") ? "2-digit" : undefined,
  });

  function state(name) {
    if (!line) return;
    line.dataset.state = name;
    line.textContent = words[name];
  }

  function stale(at, period) {
    return now() - at - period * 1000 > Math.max(3 * period * 1000, 180000);
  }

  function tick() {
    const at = now();
    if (clock) {
      clock.textContent = format.format(at);
      clock.dateTime = new Date(at).toISOString();
    }
    for (const place of document.querySelectorAll("[data-live][data-at]")) {
      const old = stale(Date.parse(place.dataset.at), Number(place.dataset.s));
      const box = place.closest("[data-box]") || place;
      box.classList.toggle("stale", old);
      if (old) box.title = words.stale;
      else box.removeAttribute("title");
    }
  }

  function show(point, one) {
    const name = `${point}|${one.k}`;
    for (const place of document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`)) {
      if (place.textContent !== one.t) {
        place.textContent = one.t;
        place.classList.remove("fresh");
        void place.getBoundingClientRect();
        place.classList.add("fresh");
      }
      place.dataset.at = one.at;
      place.dataset.s = one.s;
      const box = place.closest("[data-box]");
      if (box) {
        const most = parseFloat(place.dataset.most);
        const least = parseFloat(place.dataset.least);
        box.classList.toggle("over", one.v !== null && (one.v > most || one.v < least));
        const flag = box.querySelector("[data-flag]");
        if (flag) flag.textContent = one.f;
        const meter = box.querySelector("[data-meter]");
        if (meter) meter.setAttribute("width", String(Math.max(0, Math.min(100, (100 * one.v) / parseFloat(meter.dataset.meter)))));
      }
    }
  }

  function announce(data) {
    const text = data[body.dataset.lang] || "";
    if (text && news) news.textContent = text;
  }

  function listen() {
    const source = new EventSource(`/events?points=${encodeURIComponent(body.dataset.points || "")}`);
    source.onopen = () => state("live");
    source.onerror = () => {
      state("lost");
      // A browser gives up on an answer that is no stream (a restart behind a proxy); ask again ourselves.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
    const heardEvent = (name, act) =>
      source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        if (data.now) keepTime(data.now);
        if (act) act(data);
        document.dispatchEvent(new CustomEvent(`clearbay:${name}`, { detail: data }));
      });
    heardEvent("values", (data) => {
      for (const [point, values] of Object.entries(data.points)) for (const one of values) show(point, one);
    });
    heardEvent("clock");
    heardEvent("finding", (data) => {
      if (data.verdict === "exceeded") announce(data);
    });
    heardEvent("alarm", announce);
    heardEvent("logger");
    heardEvent("district");
    window.addEventListener("pagehide", () => source.close(), { once: true });
  }

  window.clearbay = { now };
  listen();
  tick();
  setInterval(tick, 1000);
})();
