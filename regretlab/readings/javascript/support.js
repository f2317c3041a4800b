// What definitions need and JavaScript lacks: each function has the bits of the one in Python.

// a * b - p for p = fl(a * b), exactly. Dekker (1971) with Veltkamp's splitting; where that over- or
// underflows, on numbers scaled to [1, 2).
function product_rest(a, b, p) {
  const c = 134217729 * a, a1 = c - (c - a), a2 = a - a1;
  const d = 134217729 * b, b1 = d - (d - b), b2 = b - b1;
  const e = ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2;
  return Math.abs(p) > 1e-270 && e - e === 0 ? e : extreme_rest(a, b, p);
}

function extreme_rest(a, b, p) {
  if (!(Number.isFinite(a) && Number.isFinite(b) && Number.isFinite(p))) return a * b - p;
  if (a === 0 || b === 0 || Math.abs(p) < 2 ** -1022) return 0;
  const [u, i] = scaled(a), [v, j] = scaled(b);
  let r = product_rest(u, v, u * v), k = i + j;
  for (; k > 900; k -= 900) r *= 2 ** 900;
  for (; k < -900; k += 900) r *= 2 ** -900; // |p| is normal, so only the last factor can round
  return r * 2 ** k;
}

// [m, k] with a = m * 2^k and 1 <= |m| < 2.
function scaled(a) {
  let k = 0;
  while (Math.abs(a) >= 2) { const s = Math.abs(a) >= 2 ** 500 ? 500 : 1; a *= 2 ** -s; k += s; }
  while (Math.abs(a) < 1) { const s = Math.abs(a) < 2 ** -500 ? 500 : 1; a *= 2 ** s; k -= s; }
  return [a, k];
}

// Python's a % b, whose sign is that of b.
function mod(a, b) {
  const r = a % b;
  return r !== 0 && r < 0 !== b < 0 ? r + b : r;
}

function copysign(a, b) {
  return b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a);
}

// The sum of a few numbers, rounded once: Shewchuk (1997), as Python's math.fsum; NaN if it overflows.
function fsum(terms) {
  const partials = [];
  for (let x of terms) {
    let i = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y, low = y - (high - x);
      if (low) partials[i++] = low;
      x = high;
    }
    partials.length = i;
    partials.push(x);
  }
  if (partials.some((x) => !Number.isFinite(x))) return NaN;
  let n = partials.length, high = 0, low = 0;
  if (n > 0) {
    high = partials[--n];
    while (n > 0) {
      const x = high, y = partials[--n];
      high = x + y;
      low = y - (high - x);
      if (low) break;
    }
    if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
      const y = low * 2, x = high + y;
      if (y === x - high) high = x; // half way: what is left decides
    }
  }
  return high;
}

// The upper 32 bits of the 64-bit product of two 32-bit numbers, by halves; no sum exceeds 32 bits.
function upper(a, b) {
  const al = a & 0xffff, ah = a >>> 16, bl = b & 0xffff, bh = b >>> 16;
  const low = Math.imul(al, bl) >>> 16;
  const middle = (Math.imul(ah, bl) + low) >>> 0;
  const mixed = (Math.imul(al, bh) + (middle & 0xffff)) >>> 0;
  return (Math.imul(ah, bh) + (middle >>> 16) + (mixed >>> 16)) | 0;
}

// Philox4x32-10 of Salmon, Moraes, Dror & Shaw (2011): four words into `out`.
function philox(c0, c1, c2, c3, k0, k1, out) {
  for (let round = 0; round < 10; round++) {
    const high0 = upper(0xd2511f53, c0), low0 = Math.imul(0xd2511f53, c0);
    const high1 = upper(0xcd9e8d57, c2), low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

const words = new Uint32Array(4);

// The source of draws of a seed (a number below 2^53, or a BigInt or text below 2^64) and a run.
function stream(seed, run = 0) {
  const key = BigInt(seed);
  return { key_low: Number(key & 0xffffffffn) | 0, key_high: Number(key >> 32n) | 0, run: run | 0 };
}

function uniform(source, t, purpose) {
  philox(t | 0, (t / 4294967296) | 0, source.run, purpose | 0, source.key_low, source.key_high, words);
  return (words[0] * 2097152 + (words[1] >>> 11)) * 2 ** -53;
}

function normal(source, t, i) {
  philox(t | 0, (t / 4294967296) | 0, source.run, (2147483648 + i) | 0, source.key_low, source.key_high, words);
  const radius = (words[0] * 2097152 + (words[1] >>> 11) + 1) * 2 ** -53;
  const angle = (words[2] * 2097152 + (words[3] >>> 11)) * 2 ** -53;
  return Math.sqrt(-2 * Math.log(radius)) * Math.cos(2 * Math.PI * angle);
}
