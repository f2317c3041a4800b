// Settings: a plain object with the names of the command line; made valid, written as a link, read back.

function between(number, range) {
  const value = range.whole ? Math.round(number) : number;
  return Math.min(Math.max(value, range.low), range.high);
}

// [settings in their ranges, what had to be changed, in words].
function made_valid(given, data) {
  const { numbers, start, streams, steps, longest } = data.ranges, said = [], out = { ...start };
  for (const [name, range] of Object.entries(numbers)) {
    const value = given[name];
    if (value === undefined) continue;
    if (!Number.isFinite(value)) { said.push(`${range.label} is not a number: it is ${range.start} again`); continue; }
    out[name] = between(value, range);
    if (out[name] !== value) said.push(`${range.label} = ${value} is set to ${out[name]}: it goes from ${range.low} to ${range.high}${range.whole ? ", in whole numbers" : ""}`);
  }
  const word = (name, known) => {
    if (given[name] === undefined) return;
    if (known.includes(given[name])) out[name] = given[name];
    else said.push(`'${String(given[name]).slice(0, 40)}' is unknown`);
  };
  const methods = Object.keys(data.tables.methods);
  word("a", methods);
  word("b", methods);
  word("losses", streams);
  word("step", steps);
  if (given.c !== undefined) {
    const good = given.c.filter((v) => Number.isFinite(v) && Math.abs(v) <= 1e6).slice(0, longest);
    if (good.length !== given.c.length) said.push(`the list keeps its ${good.length} numbers within ±10⁶`);
    if (good.length) out.c = good;
    else said.push("the list of coefficients is empty: it is 3, −1, −1 again");
  }
  return [out, said];
}

function as_link(settings, data) {
  const { start } = data.ranges, parts = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    const text = Array.isArray(value) ? value.join(" ") : String(value);
    const usual = Array.isArray(start[name]) ? start[name].join(" ") : String(start[name]);
    if (text !== usual) parts.set(name, text);
  }
  return parts.toString();
}

const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

// The settings of a link's fragment, or null if it is nonsense. Nothing in it is ever evaluated.
function from_link(fragment, data) {
  const given = {}, { start, numbers } = data.ranges;
  for (const [name, text] of new URLSearchParams(fragment)) {
    if (!Object.hasOwn(start, name) || Object.hasOwn(given, name)) return null;
    const words = text.trim().split(/\s+/), numeric = name in numbers || name === "c";
    if (numeric ? !words.every((w) => DECIMAL.test(w)) || (name !== "c" && words.length > 1) : text === "") return null;
    given[name] = name === "c" ? words.map(Number) : numeric ? Number(text) : text;
  }
  const [settings, said] = made_valid(given, data);
  return said.length ? null : settings;
}

// The coefficients of one period, or null.
function coefficients(s) {
  if (s.losses === "periodic") return s.c;
  if (s.losses !== "spike") return null;
  return Array.from({ length: s.period }, (_, j) => (j === 0 ? s.C : -s.small));
}

// The decays and eps that a method takes, kept inside its own ranges.
function method_numbers(s, key, data) {
  const listed = adjustable(key, data), out = {};
  for (const [name, within] of listed) {
    out[name] = s[name];
    if (within.startsWith("(0") && s[name] === 0) delete out[name];
  }
  return out;
}

function adjustable(key, data) {
  const about = data.tables.methods[key], { method } = data.adjust;
  const names = key.startsWith("rmsprop") ? method.filter((n) => n !== "beta1") : method;
  const inner = about.numbers.inner;
  return names.filter((n) => n in about.parameters || (inner && n in inner))
    .map((n) => [n, about.parameters[n]?.within ?? data.tables.methods.adam.parameters[n].within]);
}

function job_of(kind, which, s, data) {
  const method = s[which], about = data.tables.methods[method], { tables } = data;
  const step = s.step === "own" ? about.step.name : s.step;
  const losses = s.losses === "periodic" ? { c: s.c } : { C: s.C, small: s.small, period: s.period, p: s.p };
  return {
    kind, which, method, step, losses: s.losses, T: s.T, x1: s.x1, seed: s.seed,
    watch: kind === "play" && has_bound(s, which), period: coefficients(s)?.length ?? 0,
    numbers: {
      method: method_numbers(s, method, data), losses,
      step: s.step === "own" ? about.step.numbers : { alpha: s.alpha },
    },
    tables: {
      runtime: tables.runtime, set: tables.set,
      methods: { [method]: tables.methods[method] },
      losses: { [s.losses]: tables.losses[s.losses] },
      steps: { [step]: tables.steps[step], constant: tables.steps.constant },
    },
  };
}

// Theorem 4 is on AMSGrad as the paper has it, with alpha / sqrt(t). Its sums are kept of given losses.
function has_bound(s, which) {
  return s[which] === "amsgrad" && s.losses !== "spike-iid" && s.step === "inverse-sqrt" && s.eps === 0 && s.beta1 < Math.sqrt(s.beta2);
}
