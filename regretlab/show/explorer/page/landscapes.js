// The second tab: a map, paths on it, their heights, and one step of momentum beside one of Nesterov's.

const DASHES = [[], [7, 3], [2, 2]], MARKS = ["━", "╍", "┅"];

function landscape_tab(ui, data, post, names) {
  let paths = [], racers = [], running = 0;
  const here = () => data.landscapes[ui.landscape.value];
  const evaluated = () => new Function(`${here().value}\n${here().gradient}\nreturn { value, gradient };`)();
  const alpha = () => Number((10 ** ui.pace.value).toPrecision(2));

  // Six colours, and then the same ones dashed.
  function look(k) {
    const n = data.colors.length, again = Math.floor(k / n) % DASHES.length;
    return { color: data.colors[((k % n) + n) % n], dash: DASHES[again] ?? [], mark: MARKS[again] ?? "" };
  }

  function open() {
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
    ui.least.data = least ? { x: [least[0]], y: [least[1]] } : { x: [], y: [] };
    ui.pace.value = Math.log10(here().alpha);
    ask();
  }

  function ask() {
    const listed = ui.racers.value.includes("momentum") ? ui.racers.value : [...ui.racers.value, "momentum"];
    const known = listed.filter((name) => name in data.tables.methods);
    const { tables } = data;
    post({
      kind: "race", which: "race", racers: known, losses: "periodic", step: "constant", alpha: alpha(),
      start: here().start, gradient: here().gradient, rounds: ui.moment.end,
      tables: {
        runtime: tables.runtime, set: tables.set, losses: { periodic: tables.losses.periodic },
        steps: { constant: tables.steps.constant }, methods: Object.fromEntries(known.map((k) => [k, tables.methods[k]])),
      },
    });
  }

  function answered(said) {
    ({ paths, racers } = said);
    draw();
  }

  function draw() {
    const t = Math.round(ui.moment.value), { value } = evaluated(), shown = ui.racers.value;
    const listed = racers.map((name, k) => ({ name, path: paths[k].slice(0, t), ...look(shown.indexOf(name)) }))
      .filter(({ name }) => shown.includes(name));
    const least = here().least ? 0 : -Infinity, above = (p) => (least === 0 ? Math.max(value(...p), 1e-12) : value(...p) + 1e-12);
    const tracks = {
      xs: listed.map(({ path }) => path.map((p) => p[0])), ys: listed.map(({ path }) => path.map((p) => p[1])),
      ts: listed.map(({ path }) => path.map((_, k) => k + 1)), fs: listed.map(({ path }) => path.map(above)),
      color: listed.map((r) => r.color), dash: listed.map((r) => r.dash), name: listed.map((r) => names(r.name)),
    };
    ui.heads.data = { x: listed.map((r) => r.path.at(-1)[0]), y: listed.map((r) => r.path.at(-1)[1]), color: listed.map((r) => r.color), name: listed.map((r) => names(r.name)) };
    const ends = listed.map((r) => `<span style="color:${r.color}">${r.mark}</span> ${names(r.name)} ${short(value(...r.path.at(-1)))}${r.path.length < t ? " (it flew off and was stopped)" : ""}`);
    ui.race_words.text = `<p>${here().formula.replace(/&/g, "&amp;").replace(/</g, "&lt;")} After ${t} rounds f is<br>${ends.join("<br>")}<br> No claim about regret is made on what is not convex.</p>`;
    const all = tracks.fs.flat().filter(Number.isFinite), low = Math.min(...all), high = Math.max(...all);
    ui.descent.x_range.setv({ start: 1, end: Math.max(2, t) });
    const log = (v) => Math.sign(v) * Math.log10(1 + Math.abs(v) * 1e6);
    ui.tracks.data = { ...tracks, fs: tracks.fs.map((f) => f.map(log)) };
    ui.descent.y_range.setv({ start: log(low) - 0.3, end: log(high) + 0.3 });
    step(t);
  }

  // From x_t with velocity beta (x_t - x_{t-1}): the gradient here, or the gradient ahead.
  function step(t) {
    const path = paths[racers.indexOf("momentum")] ?? [], k = Math.min(t, path.length) - 1;
    if (k < 1) return;
    const { gradient } = evaluated(), beta = data.tables.methods.momentum.numbers.beta1, a = alpha();
    const x = path[k], ahead = x.map((v, i) => v + beta * (v - path[k - 1][i]));
    const down = (from, g) => from.map((v, i) => v - a * g[i]);
    const heavy = down(ahead, gradient(...x)), nesterov = down(ahead, gradient(...ahead));
    const arrows = [[x, ahead], [ahead, heavy], [ahead, nesterov]], points = [x, ahead, heavy, nesterov];
    ui.arrows.data = {
      x0: arrows.map((p) => p[0][0]), y0: arrows.map((p) => p[0][1]), x1: arrows.map((p) => p[1][0]), y1: arrows.map((p) => p[1][1]),
      color: ["#222222", data.colors[0], data.colors[1]], width: [3, 3, 3],
    };
    ui.tips.data = {
      x: [x[0], heavy[0], nesterov[0]], y: [x[1], heavy[1], nesterov[1]],
      text: ["x_t", "momentum", "Nesterov"], color: ["#222222", data.colors[0], data.colors[1]],
    };
    const centre = [0, 1].map((i) => (Math.max(...points.map((p) => p[i])) + Math.min(...points.map((p) => p[i]))) / 2);
    const half = 0.75 * Math.max(1e-9, ...[0, 1].map((i) => Math.max(...points.map((p) => p[i])) - Math.min(...points.map((p) => p[i]))));
    ui.one_step.x_range.setv({ start: centre[0] - 1.4 * half, end: centre[0] + 1.4 * half });
    ui.one_step.y_range.setv({ start: centre[1] - half, end: centre[1] + half });
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
