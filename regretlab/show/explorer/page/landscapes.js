// The second tab: a map, paths on it, their heights, and one step of momentum beside one of Nesterov's.

const DASHES = [[], [7, 3], [2, 2]], MARKS = ["━", "╍", "┅"], BLACK = "#222222";
const LEAST_SHOWN = 1e-16; // what is lower is rounding

function landscape_tab(ui, data, post, names) {
  let paths = [], racers = [], running = 0, opened = "";
  const looks = new Map(); // of the methods that are selected: a number, kept while they are
  const here = () => data.landscapes[ui.landscape.value];
  const evaluated = () => new Function(`${here().value}\n${here().gradient}\nreturn { value, gradient };`)();
  const alpha = () => Number((10 ** ui.pace.value).toPrecision(2));
  const seen = ([px, py]) => px >= here().x[0] && px <= here().x[1] && py >= here().y[0] && py <= here().y[1];

  // Each newcomer gets the lowest number that is free, so that no one else's changes.
  function dress(selected) {
    for (const name of [...looks.keys()]) if (!selected.includes(name)) looks.delete(name);
    for (const name of selected) {
      const taken = new Set(looks.values());
      let k = 0;
      while (taken.has(k)) k++;
      if (!looks.has(name)) looks.set(name, k);
    }
  }

  // The palette's colours, then the same ones dashed, with hollow dots.
  function look(name) {
    if (!looks.has(name)) return { color: BLACK, dash: [], mark: "", fill: BLACK };
    const n = data.colors.length, k = looks.get(name), color = data.colors[k % n], again = Math.floor(k / n) % DASHES.length;
    return { color, dash: DASHES[again], mark: MARKS[again], fill: again ? "#FFFFFF" : color };
  }

  function open() {
    if (opened === ui.landscape.value) return; // only the tab has changed
    opened = ui.landscape.value;
    paths = [];
    const { x, y, least } = here(), n = 100;
    const { value } = evaluated(), heights = new Float64Array(n * n);
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) heights[j * n + k] = value(x[0] + (k + 0.5) / n * (x[1] - x[0]), y[0] + (j + 0.5) / n * (y[1] - y[0]));
    }
    const lowest = heights.reduce((a, b) => Math.min(a, b), Infinity);
    const size = heights.reduce((a, b) => a + b - lowest, 0) / heights.length / 20;
    const shown = heights.map((h) => Math.log1p((h - lowest) / size));
    ui.map.x_range.setv({ start: x[0], end: x[1] });
    ui.map.y_range.setv({ start: y[0], end: y[1] });
    ui.heights.data = { image: [new ui.array(shown, [n, n])], x: [x[0]], y: [y[0]], dw: [x[1] - x[0]], dh: [y[1] - y[0]] };
    ui.map.title.text = `Paths on the landscape: dark is low${least ? ", the star lowest" : ""}`;
    ui.least.data = least ? { x: [least[0]], y: [least[1]] } : { x: [], y: [] };
    ui.pace.value = Math.log10(here().alpha);
    ask();
  }

  function ask() {
    const listed = ui.racers.value.includes("momentum") ? ui.racers.value : [...ui.racers.value, "momentum"];
    const known = listed.filter((name) => name in data.tables.methods);
    const { tables } = data;
    post({
      kind: "race", which: ui.landscape.value, racers: known, losses: "periodic", step: "constant", alpha: alpha(),
      start: here().start, gradient: here().gradient, rounds: ui.moment.end,
      tables: {
        runtime: tables.runtime, set: tables.set, losses: { periodic: tables.losses.periodic },
        steps: { constant: tables.steps.constant }, methods: Object.fromEntries(known.map((k) => [k, tables.methods[k]])),
      },
    });
  }

  function answered(said) {
    if (said.which !== ui.landscape.value) return; // of the landscape before
    ({ paths, racers } = said);
    draw();
  }

  function draw() {
    const t = Math.round(ui.moment.value), shown = ui.racers.value, { value } = evaluated();
    dress(shown);
    const listed = racers.map((name, k) => ({ name, said: names(name), path: paths[k].slice(0, t), ...look(name) }))
      .filter(({ name }) => shown.includes(name));
    const column = (key) => listed.map((r) => r[key]), heads = listed.map((r) => head(r.path)), drawn = listed.map((r) => near(r.path));
    const { heights, title, ticks, range } = descended(listed.map((r) => r.path), value);
    ui.tracks.data = {
      xs: drawn.map((path) => path.map((p) => p[0])), ys: drawn.map((path) => path.map((p) => p[1])),
      ts: listed.map(({ path }) => path.map((_, k) => k + 1)), fs: heights,
      color: column("color"), dash: column("dash"), name: column("said"),
    };
    ui.heads.data = { x: heads.map((p) => p[0]), y: heads.map((p) => p[1]), color: column("color"), fill: column("fill"), name: column("said") };
    ui.descent.title.text = title;
    ui.descent_ticks.min_interval = ticks;
    ui.descent.x_range.setv({ start: 1, end: Math.max(2, t) });
    ui.descent.y_range.setv(range);
    ui.race_words.text = words(t, listed, value);
    step(t);
  }

  // Where a path is; where it left the view, if it is outside.
  function head(path) {
    const last = path.at(-1);
    if (seen(last)) return last;
    let k = path.length - 1;
    while (k > 0 && !seen(path[k])) k--;
    return toward(path[k], path[k + 1], seen);
  }

  // The furthest from p to q that is good, by halving.
  function toward(p, q, good) {
    let [lo, hi] = [0, 1];
    const at = (share) => p.map((v, i) => v + share * (q[i] - v));
    for (let n = 0; n < 40; n++) {
      const middle = (lo + hi) / 2;
      if (good(at(middle))) lo = middle; else hi = middle;
    }
    return at(lo);
  }

  // A path without what is far outside the view: a canvas is slow at dashes a million pictures long.
  function near(path) {
    const { x, y } = here(), out = [];
    const close = ([px, py]) => Math.abs(px - (x[0] + x[1]) / 2) < 3 * (x[1] - x[0]) && Math.abs(py - (y[0] + y[1]) / 2) < 3 * (y[1] - y[0]);
    path.forEach((p, k) => {
      if (close(p)) out.push(p);
      else if (k && close(path[k - 1])) out.push(toward(path[k - 1], p, close), [NaN, NaN]);
    });
    return out;
  }

  // The heights above the least one as powers of ten; as they are where there is no least one. What is high outside
  // the map does not set the scale.
  function descended(listed, value) {
    const { least } = here(), bottom = least ? value(...least) : 0;
    const scaled = (p) => (least ? Math.log10(Math.max(value(...p) - bottom, LEAST_SHOWN)) : value(...p));
    const heights = listed.map((path) => path.map(scaled));
    const all = listed.flatMap((path, i) => heights[i].filter((h, k) => seen(path[k]) && Number.isFinite(h))), start = scaled(here().start);
    const low = all.reduce((a, b) => Math.min(a, b), start), high = all.reduce((a, b) => Math.max(a, b), start);
    if (least) return { heights, title: "f(x_t) − min f, log scale", ticks: 1, range: { start: Math.floor(low) - 0.2, end: Math.ceil(high) + 0.2 } };
    const room = Math.max(0.1 * (high - low), 0.1);
    return { heights, title: "f(x_t), linear scale (f has no minimum), as far as the map", ticks: 0, range: { start: low - room, end: high + room } };
  }

  function words(t, listed, value) {
    const { formula, numbers } = here();
    const given = Object.entries(numbers).map(([name, v]) => `${name} = ${v}`).join(", ");
    const spelt = formula.replace(/\.$/, "").replace(/&/g, "&amp;").replace(/</g, "&lt;")
      .replace(/\^(\w+)/g, '<sup style="line-height:0">$1</sup>').replace(/_(\w)/g, "<sub>$1</sub>").replace(/ - /g, " − ");
    const ends = listed.map((r) => `<span style="color:${r.color}">${r.mark}</span> ${r.said}: ${ended(r.path, t, value)}`);
    const race = listed.length ? `After ${t} rounds f is<br>${ends.join("<br>")}` : "No method is selected: pick some in the list.";
    const held = "α is the same for all; β₁, β₂ and the rest are each method’s own defaults.";
    return `<p>${spelt}${given ? `, with ${given}` : ""}.</p><p>${race}</p><p class="known">${held} No claim about regret is made on what is not convex.</p>`;
  }

  function ended(path, t, value) {
    if (path.length < t) return `stopped at round ${path.length}, flown off`;
    return short(value(...path.at(-1))) + (seen(path.at(-1)) ? "" : ", outside the map");
  }

  // From x_t with velocity beta (x_t - x_{t-1}): the gradient here, or the gradient ahead. Drawn from x_t, in the last
  // round that momentum was on the map.
  function step(t) {
    const path = paths[racers.indexOf("momentum")] ?? [], now = Math.min(t, path.length) - 1;
    let k = now;
    while (k > 1 && !(seen(path[k]) && seen(path[k - 1]))) k--;
    if (k < 1) return;
    const { gradient } = evaluated(), beta = data.tables.methods.momentum.numbers.beta1, a = alpha(), x = path[k];
    const carried = x.map((v, i) => beta * (v - path[k - 1][i])), ahead = x.map((v, i) => v + carried[i]);
    const down = (g) => carried.map((v, i) => v - a * g[i]);
    const heavy = down(gradient(...x)), nesterov = down(gradient(...ahead)), none = [0, 0];
    const looked = [{ color: BLACK, dash: [], fill: BLACK }, look("momentum"), look("nag:form=outside")];
    const arrows = [[none, carried], [carried, heavy], [carried, nesterov]], points = [none, carried, heavy, nesterov];
    ui.arrows.data = {
      x0: arrows.map((p) => p[0][0]), y0: arrows.map((p) => p[0][1]), x1: arrows.map((p) => p[1][0]), y1: arrows.map((p) => p[1][1]),
      color: looked.map((l) => l.color), dash: looked.map((l) => l.dash), fill: looked.map((l) => l.fill), width: [3, 4, 2.5],
    };
    const wide = Math.max(200, ui.one_step.inner_width || 420), tall = Math.max(120, ui.one_step.inner_height || 200);
    const ends = [0, 1].map((i) => [Math.min(...points.map((p) => p[i])), Math.max(...points.map((p) => p[i]))]);
    const pixel = Math.max(1e-300, (ends[0][1] - ends[0][0]) / (wide - 170), (ends[1][1] - ends[1][0]) / (tall - 70));
    const [cx, cy] = ends.map(([lo, hi]) => (lo + hi) / 2);
    ui.one_step.x_range.setv({ start: cx - pixel * wide / 2, end: cx + pixel * wide / 2 });
    ui.one_step.y_range.setv({ start: cy - pixel * tall / 2, end: cy + pixel * tall / 2 });
    const at = named_at(points, arrows, ["x_t", "momentum", "Nesterov"], (p) => [(p[0] - cx) / pixel, (cy - p[1]) / pixel], wide, tall);
    ui.tips.data = {
      x: [0, heavy[0], nesterov[0]], y: [0, heavy[1], nesterov[1]], text: ["x_t", "momentum", "Nesterov"],
      color: looked.map((l) => l.color), right: at.map((c) => c[0]), below: at.map((c) => c[1]),
    };
    ui.one_step.title.text = k + 1 < t ? `Next step, round ${k + 1} (then momentum left the map)` : `Momentum’s and Nesterov’s next step, round ${k + 1}`;
  }

  // Where three words go, in pixels from the points they name: where they cover least of the arrows and each other.
  function named_at(points, arrows, words, on_screen, wide, tall) {
    const dots = arrows.flatMap(([p, q]) => Array.from({ length: 41 }, (_, k) => on_screen(p.map((v, i) => v + k / 40 * (q[i] - v)))));
    const placed = [];
    return [points[0], points[2], points[3]].map((point, i) => {
      const [px, py] = on_screen(point), half = 4.2 * words[i].length;
      let best = null;
      for (const [dx, dy] of [[-1, 0], [1, 0], [1, -1], [1, 1], [-1, -1], [-1, 1], [0, -1], [0, 1]]) {
        const off = [dx * (half + 9), dy * (dx ? 10 : 15)], [x, y] = [px + off[0], py + off[1]];
        const covered = dots.filter(([u, v]) => Math.abs(u - x) < half + 3 && Math.abs(v - y) < 9).length;
        const crossed = placed.filter((o) => Math.abs(o.x - x) < half + o.half + 3 && Math.abs(o.y - y) < 15).length;
        const outside = Math.abs(x) + half > wide / 2 || Math.abs(y) + 8 > tall / 2;
        const cost = covered + 100 * crossed + 50 * outside;
        if (!best || cost < best.cost) best = { cost, off, x, y, half };
      }
      placed.push(best);
      return best.off;
    });
  }

  function race() {
    cancelAnimationFrame(running);
    const begun = performance.now(), end = ui.moment.end;
    const tick = (now) => {
      ui.moment.value = Math.max(2, Math.round(Math.min(1, (now - begun) / 5000) ** 2 * end));
      if (ui.moment.value < end) running = requestAnimationFrame(tick);
    };
    running = requestAnimationFrame(tick);
  }

  return { open, ask, answered, draw: () => { if (paths.length) draw(); }, race };
}
