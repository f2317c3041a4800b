// The page: widgets to settings, settings to jobs, answers to pictures. `ui` are Bokeh's models by name.

const PATIENCE = 60; // milliseconds

function start(ui, data, worker_text) {
  let s, notice = "", preset = "online", id = 0, wanted = false, first = 0, shape = "", timer = 0;
  let phased = 0; // the move whose phase diagram is wanted
  let asked = 0, due = 0; // when the answers were asked for; the timer of the next picture
  const plays = {}, orbits = {}, written = {}, stale = new Set(), awaited = new Set();
  const workers = { a: worker(), b: worker(), phase: worker() };
  const on_show = () => (ui.shown.active === 1 ? "b" : "a"); // whose orbit and phase diagram are drawn
  const title = (which) => named(s[which]);
  const named = (key) => {
    const { python } = data.tables.methods[key], option = key.split(":")[1];
    return python.class + (python.inner ? ` of ${python.inner.class}` : "") + (option ? ` (${option})` : "");
  };

  function worker() {
    const url = URL.createObjectURL(new Blob([worker_text], { type: "text/javascript" }));
    const made = new Worker(url);
    made.onmessage = ({ data: said }) => answered(said);
    return made;
  }

  // Settings to widgets.
  function show() {
    for (const which of ["a", "b"]) write(`method_${which}`, s[which]);
    for (const name of ["losses", "step", "C", "small", "period", "p", "seed", "eps", "beta1", "x1"]) write(name, s[name]);
    write("c", s.c.join(", "));
    write("beta2", -Math.log10(1 - s.beta2));
    write("alpha", Math.log10(s.alpha));
    write("T", Math.log10(s.T));
    ui.alpha.visible = s.step !== "own";
    for (const [name, kinds] of Object.entries({ C: ["spike", "spike-iid"], small: ["spike", "spike-iid"], period: ["spike"], p: ["spike-iid"], seed: ["spike-iid"], c: ["periodic"] })) ui[name].visible = kinds.includes(s.losses);
  }

  // Bokeh calls back after the fact, so that a value is known for the page's own by what it is.
  function write(name, value) {
    written[name] = value;
    ui[name].value = value;
  }

  // One widget has moved.
  function moved(name, value) {
    if (value === written[name]) return; // not by a person
    const read = {
      beta2: beta2_at, alpha: (v) => Number((10 ** v).toPrecision(3)), T: (v) => Number((10 ** v).toPrecision(2)),
      c: (v) => v.split(/[\s,;]+/).filter(Boolean).map(Number), method_a: String, method_b: String, losses: String, step: String,
    }[name] ?? ((v) => (v === null ? NaN : Number(v)));
    change({ ...s, [{ method_a: "a", method_b: "b" }[name] ?? name]: read(value) });
  }

  function change(given, from = "") {
    const [valid, said] = made_valid(given, data);
    s = valid;
    preset = from;
    notice = said.join("; ");
    write("preset", from);
    show();
    if (!wanted) { wanted = true; requestAnimationFrame(ask); }
  }

  const repeats = (which) => {
    const about = data.tables.methods[s[which]];
    return coefficients(s) ? about.orbit : about.alone;
  };

  function ask() {
    wanted = false;
    id += 1;
    asked = performance.now();
    document.body.dataset.rounds = "0";
    for (const which of ["a", "b"]) {
      orbits[which] = null;
      awaited.add(`play${which}`);
      awaited.delete(`orbit${which}`);
      if (repeats(which)) {
        awaited.add(`orbit${which}`);
        workers[which].postMessage({ ...job_of("orbit", which, s, data), sample: 64000, id });
      } else draw_soon(`orbit${which}`);
      workers[which].postMessage({ ...job_of("play", which, s, data), id });
    }
    draw_point(ui, s);
    ask_phase();
    clearTimeout(timer);
    timer = setTimeout(settled, 400);
  }

  function settled() {
    try { history.replaceState(null, "", `#${as_link(s, data)}`); } catch { /* a page without an address */ }
    ui.code.text = `<pre>${escaped(python_lines(s, data))}</pre>`;
  }

  // The phase diagram depends on all but the point in it.
  function ask_phase() {
    const which = on_show(), job = job_of("phase", which, s, data);
    const about = data.tables.methods[s[which]], has = adjustable(s[which], data).map(([n]) => n);
    const now = JSON.stringify([job.method, job.losses, job.numbers.losses, job.numbers.method.eps, job.seed]);
    if (now === shape) return;
    shape = now;
    ui.phase_figure.title.text = `${title(which)} as T → ∞, at every (β₁, β₂)`;
    if (!has.includes("beta2") || !repeats(which)) {
      ui.phase_figure.title.text = `No phase diagram: ${title(which)} ${has.includes("beta2") ? "departs from Algorithm 1" : "has no β₂"}`;
      ui.phase.data = { image: [] };
      phased = 0;
      return;
    }
    const n = job.period ? Math.max(16, Math.min(48, Math.floor(Math.sqrt(3.5e6 / (14 * Math.max(job.period, 60)))))) : 20;
    workers.phase.postMessage({ ...job, ...grid_of(n), sample: 20000, id });
    phased = id;
  }

  function answered(said) {
    if (said.failed) { notice = said.failed; return words(); }
    if (said.kind === "race") return tab.answered(said);
    if (said.kind === "phase") return said.id === phased ? draw_phase(ui, said, total()) : null;
    if (said.id !== id) return;
    if (said.kind === "orbit") orbits[said.which] = said.orbit;
    else plays[said.which] = said;
    if (said.kind === "orbit" || said.done) awaited.delete(said.kind + said.which);
    draw_soon(said.kind + said.which);
  }

  // Answers are drawn together: all at once where they come within PATIENCE, else what has come by then. A figure
  // costs Bokeh as long as a hundred thousand rounds.
  function draw_soon(what) {
    stale.add(what);
    clearTimeout(due);
    due = setTimeout(() => requestAnimationFrame(redraw), awaited.size ? asked + PATIENCE - performance.now() : 0);
  }

  function total() {
    const c = coefficients(s);
    return c ? total_of(c, data) : s.p * s.C - (1 - s.p) * s.small;
  }

  function limit(which) {
    const c = coefficients(s), step = s.step === "own" ? data.tables.methods[s[which]].step : { name: s.step, numbers: { alpha: s.alpha } };
    if (!orbits[which]) return null;
    return c ? limit_of(c, orbits[which], step.name, step.numbers.alpha, total()) : likely_limit(total(), orbits[which], step.name);
  }

  function redraw() {
    if (!stale.size) return; // drawn with the answers before
    const limits = { a: limit("a"), b: limit("b") }, shown = on_show();
    const ready = ["a", "b"].filter((w) => plays[w]?.id === id);
    for (const w of ready) if (stale.has(`play${w}`) || stale.has(`orbit${w}`)) draw_play(ui, w, plays[w], s, limits[w]);
    for (const [figure, what] of [[ui.iterate, "x"], [ui.regret, "R"]]) figure.title.text = `${what === "x" ? "x_t" : "R_t/t"}: ${title("a")} orange, ${title("b")} blue`;
    if (ready.length) frame(ui, s, ready.map((w) => plays[w]), Object.values(limits).filter(Boolean));
    const bounded = ready.find((w) => has_bound(s, w) && plays[w].root);
    draw_bound(ui, s, bounded ? plays[bounded] : null);
    if (stale.has(`orbit${shown}`)) draw_orbit(ui, coefficients(s) ?? [], orbits[shown]);
    stale.clear();
    words();
  }

  function words() {
    if (!first && plays.a && plays.b) requestAnimationFrame(() => { first = performance.now(); }); // when the first picture was there
    const shown = on_show(), out = [];
    for (const which of ["a", "b"]) {
      const l = limit(which), play = plays[which]?.id === id ? plays[which] : null;
      out.push(`<p class="${which}">${sentence(title(which), s, play, l, orbits[which])}${promised(s, which, play)} <span class="known">${how_known(s, l, which, play, data)}</span></p>`);
    }
    out.push(`<p class="line">${broken_line(title(shown), orbits[shown], limit(shown))}</p>`);
    if (preset) out.unshift(`<p class="look">${data.presets[preset].look}</p>`);
    ui.sentence.text = out.join("");
    ui.notice.text = notice ? `<p role="status">${escaped(notice)}.</p>` : "";
    ui.notice.visible = notice !== "";
    document.body.dataset.rounds = String(Math.min(...["a", "b"].map((w) => (plays[w]?.id === id ? plays[w].round : 0))));
    ui.shown.labels = ["a", "b"].map((w) => title(w));
  }

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  function choose(name) {
    change({ ...data.ranges.start, ...data.presets[name].settings }, name);
  }

  function load() {
    const fragment = location.hash.slice(1);
    const linked = from_link(fragment, data);
    if (!fragment) return choose("online");
    if (linked) return change(linked);
    choose("online");
    notice = "The link's settings are not valid, so this is the page's own start";
  }

  const actions = {
    moved, choose: (name) => { if (name && name !== written.preset) choose(name); },
    reset: () => choose("online"),
    tap: (x, y) => change({ ...s, beta1: Number(Math.max(x, 0).toFixed(3)), beta2: beta2_at(Math.max(y, 0)) }),
    shown: () => { shape = ""; ask_phase(); draw_soon(`orbit${on_show()}`); },
    png: () => save_png([[ui.iterate, ui.gradients, ui.updates], [ui.regret, ui.phase_figure]], plain(keyed(ui.sentence.text)) + listed()),
    csv: () => {
      const here = Object.fromEntries(Object.entries(plays).filter(([, play]) => play.id === id && play.done));
      if (Object.keys(here).length === 2) return save_csv(s, here);
      notice = "The rounds are still being played: ask for the CSV when they are done";
      words();
    },
    link: () => { settled(); navigator.clipboard?.writeText(location.href).catch(() => {}); notice = "The address of this page now holds these settings, and is copied where the browser allows it"; words(); },
    code: (on) => { ui.code.visible = on; settled(); },
    view: (k) => {
      for (const [n, name] of ["drift", "landscapes"].entries()) document.getElementById(name).hidden = n !== k;
      document.querySelector("header p").hidden = k === 1;
      if (k === 1) tab.open();
    },
    landscape: () => tab.open(), racers: () => tab.ask(), pace: () => tab.ask(), moment: () => tab.draw(), race: () => tab.race(), moment_at: () => ui.moment.value,
    settings: () => ({ ...s }),
    set: (some) => change({ ...s, ...some }),
    said: () => plain(ui.sentence.text),
    paragraphs: () => plain(ui.sentence.text).split("\n"),
    first: () => first,
    notice: () => notice,
  };

  // Every setting, for a picture that is taken away.
  function listed() {
    return Object.entries(s).filter(([name]) => ui[name]?.visible ?? true).map(([name, v]) => `${name} = ${Array.isArray(v) ? v.join(" ") : v}`).join(", ");
  }

  const keyed = (html) => html.replace('<p class="a">', '<p class="a">Orange, solid: ').replace('<p class="b">', '<p class="b">Blue, dashed: ');

  function plain(html) {
    const words = html.replaceAll("<sub>T</sub>", "_T").replaceAll("<sub>t</sub>", "ₜ").replaceAll("<sub>t−1</sub>", "ₜ₋₁").replaceAll("</p>", "\n");
    return new DOMParser().parseFromString(words, "text/html").body.textContent;
  }

  ui.array = ui.phase.data.image[0].constructor; // Bokeh's arrays with a shape
  ui.phase.data = { image: [] }; // grey is said of what is not known, not of what is not there yet
  let races = 0;
  const tab = landscape_tab(ui, data, (job) => workers.phase.postMessage({ ...job, id: ++races }), named);
  s = { ...data.ranges.start };
  load();
  addEventListener("hashchange", () => { if (location.hash.slice(1) !== as_link(s, data)) load(); });
  label_controls(ui);
  return actions;
}

// Bokeh's sliders have handles without a name; screen readers want one.
function label_controls(ui) {
  for (const name of ["beta1", "beta2", "alpha", "T", "x1", "pace", "moment"]) {
    const view = Bokeh.index.find_one(ui[name]);
    const handle = view?.shadow_el.querySelector(".noUi-handle");
    const said = () => handle?.setAttribute("aria-valuetext", ui[name].format.doFormat?.([ui[name].value], { loc: 0 })[0] ?? String(ui[name].value));
    handle?.setAttribute("aria-label", ui[name].title);
    said();
    ui[name].properties.value.change.connect(said);
  }
}
