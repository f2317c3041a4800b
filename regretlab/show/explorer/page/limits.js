// The limit of a play from one period of its updates: x goes to hi if they sum to less than 0, else to
// lo, and R_T / T to |S| (hi - lo) / P if that is the wrong end, else to 0.

const LO = -1, HI = 1;
const SURE = 1e-9; // of what is summed: a drift below that may be rounding

// The sum of a period's coefficients, rounded once; its sign says which end is best.
let exact_sum = null;
function total_of(c, data) {
  exact_sum ??= new Function(`${data.tables.runtime}; return fsum;`)();
  return exact_sum(c);
}

function limit_of(c, orbit, step, alpha, S) {
  const P = c.length, { drift, u } = orbit;
  if (!(Math.abs(drift) > SURE * (u ?? [1]).reduce((sum, v) => sum + Math.abs(v), 0))) return null;
  const fails = drift * S < 0, wall = drift < 0 ? HI : LO;
  const out = { S, P, drift, fails, wall, best: S > 0 ? LO : HI, A: fails ? Math.abs(S) * (HI - LO) / P : 0, B: null };
  if (step === "inverse-sqrt" && u) {
    const away = waits(u, drift), K = c.reduce((sum, cj, j) => sum + cj * away[j], 0);
    out.B = (drift < 0 ? -2 : 2) * alpha * K / P;
  }
  if (step === "constant" && u) Object.assign(out, cycle(c, u, alpha, wall, S));
  out.rounds = crossing((HI - LO) * P / (alpha * Math.abs(drift)), step);
  return out;
}

// The same from the mean update of a play on losses of mean S, where it is clear of its standard error.
function likely_limit(S, said, step) {
  const { drift, error, rounds } = said;
  if (step === "constant" || !(Math.abs(drift) > 4 * error) || S === 0) return null;
  const fails = drift * S < 0;
  return {
    S, P: 1, drift, error, rounds, fails, wall: drift < 0 ? HI : LO, best: S > 0 ? LO : HI,
    A: fails ? Math.abs(S) * (HI - LO) : 0, B: null,
  };
}

// W_j, the distance from the wall in steps before round j: Lindley's recursion, over two periods.
function waits(u, drift) {
  let w = 0, out = [];
  for (let k = 0; k < 2; k++) {
    out = [];
    for (const step of u) {
      out.push(w);
      w = Math.max(0, w + (drift < 0 ? step : -step));
    }
  }
  return out;
}

// About how many rounds x needs from one wall to the other, which is N steps of the mean size at t = 1: an
// integral of alpha_t, as `limits.walls.rounds_to_see`.
function crossing(N, step) {
  return step === "inverse-sqrt" ? (1 + N / 2) ** 2 : step === "inverse" ? Math.exp(N) : step === "constant" ? 1 + N : NaN;
}

// The cycle of a constant step once a period brings x back to where it was: its average regret and its ends.
function cycle(c, u, alpha, wall, S) {
  let x = wall, paid = 0, ends = [];
  for (let k = 0; k < 1000; k++) {
    const before = x;
    paid = 0;
    ends = [x, x];
    for (let j = 0; j < c.length; j++) {
      paid += c[j] * x;
      ends = [Math.min(ends[0], x), Math.max(ends[1], x)];
      x = Math.min(Math.max(x - alpha * u[j], LO), HI);
    }
    if (x === before) break;
  }
  return { A: (paid - Math.min(S * LO, S * HI)) / c.length, ends };
}

// Theorem 4's right-hand side over t, from sums of the play, for beta1 constant.
function theorem4(s, said) {
  const D2 = (HI - LO) ** 2, { beta1, beta2, alpha } = s;
  const noise = alpha / ((1 - beta1 / Math.sqrt(beta2)) * Math.sqrt(1 - beta2) * (1 - beta1) ** 2);
  return said.books.map(({ t }, k) => (
    D2 * Math.sqrt(t) * said.root[k] / (alpha * (1 - beta1))
    + D2 * said.middle[k] / (1 - beta1) ** 2
    + noise * Math.sqrt(1 + Math.log(t)) * Math.sqrt(said.squares[k])
  ) / t);
}
