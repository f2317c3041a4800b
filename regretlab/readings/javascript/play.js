// A play that is advanced in chunks. `kernel` is a printed loop; `numbers` are the parameters.

const NO_TROUBLE = 0;
const FIRST_PIECE = 64, LARGEST_PIECE = 32768;
const TROUBLE = { 1: "the loss or gradient is not finite", 2: "the step is not finite" };

class Play {
  // at: the rounds to record, increasing; x1 in the interval; source: a stream of draws.
  constructor(kernel, numbers, { at = [], x1 = 0, source = stream(0) } = {}) {
    this.kernel = kernel;
    this.numbers = numbers;
    this.source = source;
    this.round = 0; // rounds played
    this.trouble = null; // { round, why }, if a round could not be played
    this.piece = FIRST_PIECE;
    this.state = this.blank(x1);
    this.record(at);
  }

  blank(x1) {
    const { memory, common } = this.kernel.start(this.numbers, x1);
    const array = (n) => new Float64Array(n);
    return {
      x: Float64Array.of(x1),
      memory: Float64Array.from(memory),
      common: Float64Array.from(common),
      ledger: {
        loss: array(2), gradients: array(2), iterates: array(2), pace: array(1).fill(NaN),
        squares: array(1), steepest: array(1), middle: array(1), norms: array(3),
      },
      room: { g: array(1), at: array(1), y: array(1), w: array(1) },
    };
  }

  // Record these rounds, all still to come, in place of what was recorded so far.
  record(at) {
    const n = at.length, array = (m) => new Float64Array(m).fill(NaN);
    this.log = {
      round: Float64Array.of(...at, Infinity),
      iterate: array(n), loss: array(2 * n), gradients: array(2 * n), iterates: array(2 * n),
      m: array(n), root: array(n), alpha: array(n), gamma: array(n),
      squares: array(n), steepest: array(n), middle: array(n), norms: array(3 * n),
    };
    this.logged = 0;
  }

  // Play k more rounds; false if one could not be played, the play then ending right before it.
  // With watch = true m, root and alpha are recorded too.
  advance(k, watch = false) {
    // In pieces that grow: an engine that compiles a loop while it runs has not seen its end yet.
    for (const last = this.round + k; this.round < last && !this.trouble; ) {
      this.advance_piece(Math.min(last, this.round + this.piece), watch);
      this.piece = Math.min(2 * this.piece, LARGEST_PIECE);
    }
    return !this.trouble;
  }

  advance_piece(last, watch) {
    const before = copied(this.state), first = this.round + 1;
    let [reached, trouble] = this.rounds(first, last, watch);
    if (trouble !== NO_TROUBLE) {
      this.state = before; // a round in trouble has been played by half
      this.rounds(first, reached, watch);
      this.trouble = { round: reached + 1, why: TROUBLE[trouble] };
    }
    this.round = reached;
    while (this.log.round[this.logged] <= reached) this.logged++;
  }

  rounds(first, last, watch) {
    const play = watch ? this.kernel.watch : this.kernel.advance;
    return play(this.numbers, this.source, this.state, this.log, this.logged, first, last);
  }

  // x_{t+1} after the last round t that was played.
  get x() {
    return this.state.x[0];
  }

  // What was recorded: rounds t, x_t, and the books of the first t rounds, R_t with f_t(x_t).
  books() {
    const { lo, hi } = this.numbers.feasible, { log } = this, out = [];
    const mean = this.kernel.expected(this.numbers.losses);
    for (let k = 0; k < this.logged; k++) {
      const loss = [log.loss[2 * k], log.loss[2 * k + 1]];
      const sum = [log.gradients[2 * k], log.gradients[2 * k + 1]];
      const t = log.round[k], places = [log.iterates[2 * k], log.iterates[2 * k + 1]];
      const pseudo_regret = beside(mean, t, places, lo, hi);
      out.push({ t, x: log.iterate[k], ...accounts(loss, sum, lo, hi), pseudo_regret });
    }
    return out;
  }

  // The rounds recorded with watch = true: t, x_t, m_t, V_t, u_t = m_t / sqrt(V_t) and alpha_t.
  watched() {
    const { log } = this, out = [];
    for (let k = 0; k < this.logged; k++) {
      const m = log.m[k], root = log.root[k];
      const u = m === 0 && root === 0 ? 0 : m / root;
      out.push({ t: log.round[k], x: log.iterate[k], m, V: root * root, u, alpha: log.alpha[k] });
    }
    return out;
  }
}

function copied(value) {
  if (value instanceof Float64Array) return value.slice();
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copied(part)]));
}

// From exact sums of losses and of gradients to regret against the better end, rounded once each.
function accounts(loss, sum, lo, hi) {
  const total = sum[0] + sum[1];
  const comparator = total < 0 ? hi : lo;
  const best = inner(sum, comparator);
  return {
    cumulative_loss: fsum(loss),
    comparator: Number.isFinite(total) ? comparator : NaN,
    comparator_loss: fsum(best),
    regret: fsum([...loss, ...best.map((b) => -b)]),
  };
}

// Pseudo-regret: t rounds of losses with a mean gradient, at x_1 .. x_t with that exact sum, against
// the end that is better on average.
function beside(mean, t, places, lo, hi) {
  if (Number.isNaN(mean)) return NaN;
  const best = fsum(inner([mean, 0 * mean], mean < 0 ? hi : lo)), p = t * best;
  return fsum([...inner(places, mean), -p, -product_rest(t, best, p)]);
}

// (pair[0] + pair[1]) * x as terms whose exact sum it is.
function inner(pair, x) {
  const products = pair.map((a) => a * x);
  return [...products, ...products.map((p, k) => product_rest(pair[k], x, p))];
}
