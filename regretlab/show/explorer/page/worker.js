// Runs in a worker, after compose.js: plays, orbits and phase diagrams, in chunks, newest first.
// The newest job of each kind is run; an older one of its kind is dropped at its next breath.
const CHUNK = 100000, POINTS = 320, FAR = 1e12, LATE = 1e12;
const newest = {}, made = new Map();

function put_together(job, step = job.step) {
  const key = [job.method, job.losses, step].join("|");
  if (!made.has(key)) made.set(key, composed(job.tables, job.method, job.losses, step));
  return made.get(key);
}

// The numbers as printed, with the job's own in their place where they exist.
function filled(it, job) {
  const numbers = structuredClone(it.numbers);
  for (const piece of [numbers.method, numbers.method.inner ?? {}]) set(piece, job.numbers.method);
  set(numbers.losses, job.numbers.losses);
  set(numbers.step, job.numbers.step);
  return numbers;
}

function set(piece, values) {
  for (const [name, value] of Object.entries(values)) if (name in piece) piece[name] = value;
}

// About `POINTS` rounds up to T, evenly spaced in log t, T among them.
function chosen_rounds(T) {
  const at = new Set([T]), n = POINTS;
  for (let k = 0; k <= n; k++) at.add(Math.min(T, Math.max(1, Math.round(T ** (k / n)))));
  return [...at].sort((a, b) => a - b);
}

const jobs = {
  async play(job, say, rest) {
    const it = put_together(job), how = { at: chosen_rounds(job.T), x1: job.x1, source: it.stream(job.seed) };
    const play = it.play(filled(it, job), how), begun = performance.now();
    let shown = begun;
    while (play.round < job.T && !play.trouble) {
      play.advance(Math.min(CHUNK, job.T - play.round), job.watch);
      if (play.round < job.T && (play.round === CHUNK || performance.now() - shown > 300)) {
        say(told(play, job, it));
        shown = performance.now();
      }
      if (play.round < job.T && await rest()) return;
    }
    say({ ...told(play, job, it), done: true, seconds: (performance.now() - begun) / 1000 });
  },

  // One period of the updates once they repeat, by the method's own memory with the step size frozen.
  async orbit(job, say) {
    const numbers = filled(put_together(job, "constant"), job);
    say({ orbit: job.period ? orbit_of(job, numbers, true) : mean_update(job, numbers) });
  },

  // The drift at every point of a grid of (beta1, beta2); NaN where it is not known.
  async phase(job, say, rest) {
    const drifts = new Float64Array(job.beta1.length * job.beta2.length).fill(NaN);
    const it = put_together(job, "constant"), numbers = filled(it, job);
    for (let j = 0, k = 0; j < job.beta2.length; j++) {
      for (const beta1 of job.beta1) {
        const here = { beta1, beta2: job.beta2[j] };
        for (const piece of [numbers.method, numbers.method.inner ?? {}]) set(piece, here);
        drifts[k++] = job.period ? orbit_of(job, numbers, false).drift : decided(mean_update(job, numbers));
      }
      if (await rest()) return;
    }
    say({ drifts, beta1: job.beta1, beta2: job.beta2, done: true });
  },
};

// Methods racing down a landscape of the plane, one after the other.
jobs.race = async function (job, say, rest) {
  const paths = [];
  for (const method of job.racers) {
    paths.push(raced(job, method));
    if (await rest()) return;
  }
  say({ racers: job.racers, paths, done: true });
};

// x_1 .. x_T of one method: to each coordinate a play of its own, whose loss in every round is the gradient there.
function raced(job, method) {
  const gradient = new Function("x", "y", `${job.gradient}; return gradient(x, y);`);
  const it = put_together({ ...job, method });
  const numbers = () => Object.assign(structuredClone(it.numbers), {
    step: { alpha: job.alpha }, losses: { c: [0] }, feasible: { lo: -FAR, hi: FAR },
  });
  const plays = job.start.map((x1) => it.play(numbers(), { x1, source: it.stream(0) }));
  const path = [job.start];
  for (let t = 1; t < job.rounds; t++) {
    const g = gradient(plays[0].x, plays[1].x);
    if (!g.every(Number.isFinite)) break;
    plays.forEach((play, i) => { play.numbers.losses.c[0] = g[i]; play.advance(1); });
    if (plays.some((play) => play.trouble || Math.abs(play.x) > 1e6)) break;
    path.push(plays.map((play) => play.x));
  }
  return path;
}

function told(play, job, it) {
  const books = play.books(), { log } = play;
  const out = { round: play.round, trouble: play.trouble, x: play.x, near: it.near, books };
  if (job.watch) {
    const part = (name) => [...log[name].slice(0, play.logged)];
    Object.assign(out, { root: part("root"), squares: part("squares"), middle: part("middle") });
  }
  return out;
}

// Periods are played until the memory repeats, and once more late in time, since a definition may name t: AdaBound's
// bounds, for one, seem to repeat long before they have closed in. A number of it that approaches its end by the same
// factor each period is set there (Aitken); what is then found counts only if it does repeat.
function orbit_of(job, numbers, whole) {
  const it = put_together(job, "constant"), P = job.period;
  numbers.step = { alpha: 1 };
  numbers.feasible = { lo: -FAR, hi: FAR };
  const play = it.play(numbers, { x1: 0, source: it.stream(job.seed) });
  const nothing = { drift: NaN };
  const period = () => {
    play.state.x[0] = 0;
    play.advance(P);
    return [...play.state.memory, ...play.state.common];
  };
  play.advance(P * Math.max(2, Math.ceil(60 / P)));
  if (!settled(play, period)) return nothing;
  play.round = P * Math.floor(LATE / P);
  if (!settled(play, period)) return nothing;
  if (play.trouble) return nothing;
  const before = period(), drift = -play.state.x[0], after = period();
  const again = -play.state.x[0];
  const still = after.every((m, i) => Math.abs(m - before[i]) <= 1e-6 * (Math.abs(m) + 1e-300));
  if (!still || !(Math.abs(drift - again) <= 1e-6 * (Math.abs(drift) + 1e-3))) return nothing;
  if (!whole) return { drift };
  const at = Array.from({ length: P }, (_, j) => play.round + 1 + j);
  play.record(at);
  play.advance(P, true);
  const seen = play.watched();
  return { drift, u: seen.map((s) => s.u), m: seen.map((s) => s.m), root: seen.map((s) => Math.sqrt(s.V)) };
}

function settled(play, period) {
  for (let k = 0; k < 6 && !play.trouble; k++) {
    const [m0, m1, m2] = [period(), period(), period()];
    if (m2.every((m, i) => Math.abs(m - m1[i]) <= 1e-12 * Math.abs(m))) return true;
    m2.forEach((m, i) => put(play, i, ended(m0[i], m1[i], m)));
  }
  const before = period(), after = period();
  return !play.trouble && after.every((m, i) => Math.abs(m - before[i]) <= 1e-6 * (Math.abs(m) + 1e-300));
}

function put(play, i, value) {
  const { memory, common } = play.state;
  if (i < memory.length) memory[i] = value;
  else common[i - memory.length] = value;
}

function ended(a, b, c) {
  const first = b - a, second = c - b, ratio = second / first;
  if (!(Math.abs(ratio) < 1 - 1e-13) || Math.abs(second) <= 1e-15 * Math.abs(c)) return c;
  return c + second * ratio / (1 - ratio);
}

// Where nothing repeats: the mean update of one long play, its first fifth left out, and its standard error from
// sixteen parts. A second play, whose memory is made a hundred times as large on the way, has to end on the same
// mean: a method that does not forget (a running maximum, a sum) has none that so few rounds could show.
function mean_update(job, numbers) {
  const it = put_together(job, "constant"), parts = 16, each = Math.ceil(job.sample / parts);
  numbers.step = { alpha: 1 };
  numbers.feasible = { lo: -FAR, hi: FAR };
  const one = it.play(numbers, { x1: 0, source: it.stream(job.seed) }), burn = Math.ceil(job.sample / 10);
  one.round = LATE;
  one.advance(burn);
  const other = it.play(numbers, { x1: 0, source: it.stream(job.seed) });
  other.state = structuredClone(one.state);
  other.state.memory.forEach((m, k, memory) => { memory[k] = 100 * m; });
  other.round = one.round;
  const [a, b] = [one, other].map((play) => {
    const means = [];
    play.advance(burn);
    for (let k = 0; k < parts; k++) {
      play.state.x[0] = 0;
      play.advance(each);
      means.push(-play.x / each);
    }
    return means;
  });
  const mean = (all) => all.reduce((x, y) => x + y, 0) / parts, drift = mean(a);
  const error = Math.sqrt(a.reduce((sum, v) => sum + (v - drift) ** 2, 0) / (parts - 1) / parts);
  const forgets = !one.trouble && !other.trouble && Math.abs(mean(b) - drift) <= 0.1 * error + 1e-9 * Math.abs(drift);
  return { drift: forgets ? drift : NaN, error, rounds: each * parts };
}

// A mean update that is clear of its error, else NaN.
function decided({ drift, error }) {
  return Math.abs(drift) > 4 * error ? drift : NaN;
}

function breath() {
  return new Promise((go) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); go(); };
    port2.postMessage(0);
  });
}

async function take(job, post) {
  newest[job.kind] = job.id;
  await breath(); // those that have come since are seen first
  const dropped = () => newest[job.kind] !== job.id;
  const rest = async () => { await breath(); return dropped(); };
  if (dropped()) return;
  try {
    await jobs[job.kind](job, (said) => post({ kind: job.kind, which: job.which, id: job.id, ...said }), rest);
  } catch (error) {
    post({ kind: job.kind, which: job.which, id: job.id, failed: String(error) });
  }
}

if (typeof WorkerGlobalScope !== "undefined") onmessage = ({ data }) => take(data, (said) => postMessage(said));
