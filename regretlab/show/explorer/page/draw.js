// Numbers to the sources that Bokeh draws.

const BETA1 = [0, 0.99], DECADES = [0, 6]; // the ends of the phase diagram: beta1, and -log10(1 - beta2)

function draw_play(ui, which, said, s, limit) {
  const t = said.books.map((b) => b.t), average = said.books.map((b) => b.regret / b.t);
  ui[`iterate_${which}`].data = { t, x: said.books.map((b) => b.x) };
  ui[`regret_${which}`].data = { t, r: average };
  ui[`limit_${which}`].data = limit ? limit_curve(s, limit) : { t: [], A: [], AB: [] };
}

function limit_curve(s, limit) {
  const t = Array.from({ length: 60 }, (_, k) => s.T ** (k / 59));
  return { t, A: t.map(() => limit.A), AB: t.map((v) => (limit.B === null ? NaN : limit.A + limit.B / Math.sqrt(v))) };
}

function draw_bound(ui, s, said) {
  ui.bound_item.visible = Boolean(said);
  if (!said && !ui.bound.data.t.length) return;
  ui.bound.data = said ? { t: said.books.map((b) => b.t), r: theorem4(s, said) } : { t: [], r: [] };
}

// Room for what the plays do once the first rounds are over; a bound far above is named, not drawn.
function frame(ui, s, plays, limits) {
  const late = plays.flatMap((p) => p.books.filter((b) => b.t >= s.T ** 0.65).map((b) => b.regret / b.t));
  const all = [...late, ...limits.map((l) => l.A)].filter(Number.isFinite);
  const high = Math.max(1e-9, ...all), low = Math.min(0, ...all);
  ui.regret.y_range.setv({ start: low - 0.04 * (high - low), end: high + 0.12 * (high - low) });
  for (const figure of [ui.iterate, ui.regret]) figure.x_range.setv({ start: 1, end: s.T });
}

const root = (v) => Math.sign(v) * Math.sqrt(Math.abs(v));

function draw_orbit(ui, c, orbit) {
  if (!orbit?.u) {
    for (const figure of [ui.gradients, ui.updates]) figure.visible = false;
    for (const name of ["orbit", "steps", "verdict"]) ui[name].data = Object.fromEntries(Object.keys(ui[name].data).map((k) => [k, []]));
    return;
  }
  for (const figure of [ui.gradients, ui.updates]) figure.visible = true;
  const j = c.map((_, k) => k + 1), width = c.map(() => 0.8);
  let sum = 0;
  const running = orbit.u.map((u) => (sum += u));
  ui.orbit.data = { j, g: c.map(root), m: orbit.m.map(root), root: orbit.root.map(root), g0: c, m0: orbit.m, root0: orbit.root, width };
  const tall = [...ui.orbit.data.g, ...ui.orbit.data.root, ...ui.orbit.data.m], top = Math.max(...tall), low0 = Math.min(...tall, 0);
  ui.gradients.y_range.setv({ start: low0 - 0.08 * (top - low0), end: top + 0.08 * (top - low0) });
  ui.steps.data = { j, u: orbit.u, running, width };
  const falling = orbit.u.at(-1) < 0;
  ui.verdict.data = { j: [c.length], y: [sum], text: [`Σu = ${short(sum)}`], below: [falling ? 18 : -6] }; // the curve comes from the other side
  for (const figure of [ui.gradients, ui.updates]) figure.x_range.setv({ start: 0.4 - 0.03 * c.length, end: c.length + 0.6 + 0.03 * c.length });
  const all = [...orbit.u, ...running, 0], high = Math.max(...all), low = Math.min(...all), room = 0.15 * (high - low);
  ui.updates.y_range.setv({ start: low - (falling ? 2 : 1) * room, end: high + room });
}

// +1: the right wall; -1: the wrong one; fainter where the drift is small.
function draw_phase(ui, said, S) {
  const columns = said.beta1.length, rows = said.beta2.length;
  const size = Math.max(...[...said.drifts].filter(Number.isFinite).map(Math.abs), 1e-12);
  const shown = new Float64Array(columns * rows);
  said.drifts.forEach((d, k) => { shown[k] = !(Math.abs(d) > SURE) || S === 0 ? NaN : Math.sign(d * S) * (0.35 + 0.65 * Math.abs(d / size) ** 0.4); });
  ui.phase.data = { image: [new ui.array(shown, [rows, columns])] };
}

function draw_point(ui, s) {
  ui.here.data = { beta1: [s.beta1], beta2: [-Math.log10(1 - s.beta2)] };
}

function grid_of(n) {
  const beta1 = Array.from({ length: n }, (_, k) => BETA1[0] + (k + 0.5) / n * (BETA1[1] - BETA1[0]));
  const beta2 = Array.from({ length: n }, (_, k) => 1 - 10 ** -(DECADES[0] + (k + 0.5) / n * (DECADES[1] - DECADES[0])));
  return { beta1, beta2 };
}

// beta2 from its slider, with the digits a person would write.
function beta2_at(decades) {
  return Number((1 - Number((10 ** -decades).toPrecision(3))).toFixed(12));
}
