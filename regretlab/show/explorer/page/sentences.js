// What happens and why, in plain sentences made from the numbers.

function short(v, digits = 3) {
  if (v === null || v === undefined || Number.isNaN(v)) return "?";
  const a = Math.abs(v);
  if (a !== 0 && (a >= 1e6 || a < 1e-4)) {
    const [m, e] = v.toExponential(digits - 1).split("e");
    return `${m.replace("-", "−")}·10${[...String(Number(e))].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d] ?? "⁻").join("")}`;
  }
  return String(Number(v.toPrecision(digits))).replace("-", "−");
}

const point = (x) => (x > 0 ? "+1" : "−1");
const times = (v) => (v === 1 ? "x" : v === -1 ? "−x" : `${short(v)}·x`);

function sentence(name, s, said, limit, orbit) {
  const A = said?.books.length ? said.books.at(-1).regret / said.books.at(-1).t : NaN;
  if (said?.trouble) return `<b>${name}</b> stops at round ${said.trouble.round}: ${said.trouble.why}.`;
  const now = said ? ` After ${said.round.toLocaleString("en")} rounds x = ${short(said.x)} and the average regret is ${short(A)}.` : "";
  if (!limit) {
    const where = said ? ` is at x = ${short(said.x)} after ${said.round.toLocaleString("en")} rounds, with average regret ${short(A)}.` : " is being played.";
    return `<b>${name}</b>${where}`;
  }
  if (limit.S === 0) return `<b>${name} goes to ${point(limit.wall)}</b>, as its steps sum to ${short(limit.drift)} over one period; the losses sum to 0, so no point is better than another.${now}`;
  const verb = limit.fails ? `<b class="bad">${name} drifts towards ${point(limit.wall)}, the worst point</b>` : `<b>${name} goes to ${point(limit.wall)}, the best point</b>`;
  if (limit.error !== undefined) {
    const mean = `: its steps u = m/√V average ${short(limit.drift)} ± ${short(limit.error, 1)}, and x moves by −α<sub>t</sub>u, while the losses average ${times(limit.S)}`;
    return `${verb}${mean}, so R<sub>T</sub>/T → <b>${short(limit.A)}</b>.${now}`;
  }
  if (limit.ends) return `<b>${name} ends on a cycle</b>, as its step stays the same: x goes from ${short(limit.ends[0])} to ${short(limit.ends[1])} and back in every period, which costs R<sub>T</sub>/T → <b>${short(limit.A)}</b> beside the best point; standing at the worst costs ${short(Math.abs(limit.S) * (HI - LO) / limit.P)}.${now}`;
  const sums = `: over one period its steps u = m/√V sum to ${short(limit.drift)}, and x moves by −α<sub>t</sub>Σu, while the losses sum to ${times(limit.S)}`;
  const ends = `, so R<sub>T</sub>/T → ${limit.fails ? `<b>${short(limit.A)}</b>` : "0"}.`;
  return verb + sums + ends + now + patience(s, limit, said) + because(s, limit, orbit);
}

// What is not to be seen yet at this T, and from when on.
function patience(s, limit, said) {
  if (!said?.books.length) return "";
  const { regret, t } = said.books.at(-1), worst = Math.abs(limit.S) * (HI - LO) / limit.P;
  if (limit.rounds > s.T && Math.abs(said.x - limit.wall) > 0.1) return ` <b>Not to be seen yet</b>: to cross the set x needs about ${short(limit.rounds, 2)} rounds.`;
  if (limit.B !== null && Math.abs(regret / t - limit.A) > worst) return ` On the way R<sub>T</sub>/T is about ${short(limit.A)} ${limit.B < 0 ? "−" : "+"} ${short(Math.abs(limit.B))}/√T.`;
  return "";
}

// Which round is scaled down most, and by what.
function because(s, limit, orbit) {
  const c = coefficients(s), big = c.reduce((k, v, j) => (Math.abs(v) > Math.abs(c[k]) ? j : k), 0);
  const before = orbit.root[(big + c.length - 1) % c.length], after = orbit.root[big];
  if (!limit.fails || !(after > 1.001 * before)) return "";
  return ` The gradient ${short(c[big])} has itself raised √V from ${short(before)} to ${short(after)}, so it counts for less than its share.`;
}

function promised(s, which, said) {
  if (!has_bound(s, which) || !said?.root || !said.books.length) return "";
  const bound = theorem4(s, said).at(-1), rises = s.beta1 > 0 ? ", and more as T grows, since β₁ stays the same for all t" : "";
  return ` Theorem 4 allows it an average regret of ${short(bound)}${rises}.`;
}

// The line of the convergence proof that asks for sqrt(V) / alpha never to fall.
function broken_line(name, orbit, limit) {
  if (!orbit?.root) return "";
  const w = orbit.root, P = w.length, falls = w.filter((v, j) => v < w[(j + P - 1) % P] * (1 - 1e-9)).length;
  const line = "Γ<sub>t</sub> = √V<sub>t</sub>/α<sub>t</sub> − √V<sub>t−1</sub>/α<sub>t−1</sub> ≥ 0";
  if (falls) return `The line of the proof that breaks for ${name}: <b>${line}</b>. In ${falls} of ${P} rounds √V falls; there Γ<sub>t</sub> &lt; 0 for large t.${limit && !limit.fails ? " Here it ends well all the same, without that proof." : ""}`;
  if (w.some((v, j) => v < w[(j + P - 1) % P])) return ""; // by less than a billionth of it, where a large ε hides the fall
  if (limit?.fails) return `For ${name} ${line} holds, since √V never falls: it is not this line that breaks, but another, since its m is no mean of the gradients themselves.`;
  return `${name} keeps the line of the proof that Adam breaks: ${line}, since √V never falls.`;
}

// What Python knew of this method on this stream when the page was written; T, x1 and alpha do not matter.
function row_of(s, which, data) {
  const same = ["losses", "C", "small", "period", "beta1", "beta2", "eps", "step"];
  for (const [name, rows] of Object.entries(data.known)) {
    const given = { ...data.ranges.start, ...data.presets[name].settings };
    for (const [w, row] of Object.entries(rows)) {
      if (given[w] === s[which] && same.every((k) => given[k] === s[k])) return row;
    }
  }
  return null;
}

function how_known(s, limit, which, said, data) {
  const near = said?.near?.length ? ` It uses ${said.near.join(", ")}, which browsers may round in another way: the last digits may differ from Python's.` : "";
  const row = row_of(s, which, data);
  if (row && limit && Math.abs(row.drift - limit.drift) < 1e-6 * (Math.abs(row.drift) + 1e-3)) {
    const lead = (d) => String(Number(Number(d).toPrecision(12))).replace("-", "−");
    if (row.certificate) return `<b>Certified</b>, by a ${row.kind}, in ball arithmetic: Σu = ${lead(row.certificate.drift[0])} (SHA-256 ${row.certificate.digest.slice(0, 8)}…).` + near;
    return `Known by ${row.kind}.` + near;
  }
  if (limit?.error !== undefined) return `<b>Simulated</b>: the average is over ${limit.rounds.toLocaleString("en")} rounds of this seed.` + near;
  if (limit) return "Limit: the orbit of the updates, run in this page until it repeats. Curves: simulated." + near;
  const elsewhere = s.losses === "spike-iid" ? " In Python rl.limit takes limits of draws by quadrature, where the method allows it." : "";
  return "<b>Simulated</b>: this page knows no limit here; what is drawn are the rounds played." + elsewhere + near;
}
