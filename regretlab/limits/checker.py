"""Check a certificate, trusting nobody: `python checker.py FILE`. Nothing of regretlab is imported.

The game: losses c_t x, c of period P; x_{t+1} is x_t - a_t u_t clipped to [lo, hi]; any x_1; a_t = alpha / sqrt t
or alpha / t. u_t is a function of c_1 .. c_t alone, and tends to u*_j where j is the place in the period.
1. The limit. A block of P rounds ends at x >= min(x_start - sum a u, min_{i>1} hi - sum_{j>=i} a u, hi). If
   Delta = sum u*_j < 0, the first of these climbs for ever: x_t -> hi. If Delta > 0, x_t -> lo. So with
   S = sum c_j, R_T / T -> |S| (hi - lo) / P if Delta S < 0, else -> 0; and -> 0 if S = 0.
2. All T: Delta S < 0, a_t = alpha / sqrt t, u_t = m_t / root(v_t); mirrored if Delta > 0, so let S > 0. Block k is
   t = kP + 1 .. kP + P. In it a_t sqrt(kP) / alpha is in [rho, 1], rho = sqrt(k / (k + 1)), and |u_t - u*_j| <= E
   by m_t = m*_j - beta1^t m*_P, v_t = v*_j - beta2^t v*_P (divided by 1 - beta^t if corrected). Hence
   sum_{j>=i} a_t u_t <= N_i alpha / sqrt(kP), N_i = sum_{j>=i} up_j, up_j = max(u*_j, rho u*_j) + E.
   Band: if all N_i <= rho M and N_1 <= -(1 - rho) M at block k0, then x_{kP+1} >= hi - M alpha / sqrt(kP), once
   true for a k >= k0, stays true (N_i, and N_i / rho where N_i > 0, fall as k grows).
   Climb: below the band, block k >= k1 gains eta alpha / sqrt(kP), eta <= -N_1 at k1; so the band is reached
   by block `hit` if 2 alpha eta (sqrt hit - sqrt k1) / sqrt P >= hi - lo.
   Regret: hi - x_j <= H_j alpha / sqrt(kP), H_1 = M, H_{j+1} = max(0, H_j + up_j). So a block from `hit` on costs
   >= S (hi - lo) - B alpha / sqrt(kP), B = sum of c_j H_j over c_j > 0; any other >= -N (hi - lo), N = sum of
   |c_j| over c_j < 0. Summed: R_kP >= S (hi - lo)(k - hit) - N (hi - lo) hit - 2 alpha B sqrt(k / P);
   and N (hi - lo) less at any other T of block k.
Numbers are balls that hold the true value; a comparison is true only if it is so throughout the balls.
"""

import sys

if __name__ == "__main__" and sys.path[0].endswith("limits"):
    del sys.path[0]  # where a file is called `numbers`, as one of Python's own is

import hashlib
import json
from fractions import Fraction
from functools import reduce
from itertools import accumulate
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

FORMAT, VERSION, LARGEST, LONGEST, ROUNDS = "regretlab certificate", 1, 8_000_000, 10_000, 200_000
DIGITS = set("-+./E0123456789")
ABOUT = "of exact real arithmetic, for any x_1 in [lo, hi]; not of float64, where no number is 9/10"
BALL, PLACES, BOTH = [Fraction], {"outside", "inside"}, {"none", "both"}
NADAM = {"next", "corrected", "schedule"}
DECAYS = {"beta1": Fraction, "beta2": Fraction, "eps": Fraction}
METHODS = {  # what decides the limit: numbers, and the words for which it is known
    "sgd": {},
    "momentum": {"beta1": Fraction, "form": {"average", "inside", "outside"}},
    "rmsprop": {"beta2": Fraction, "eps": Fraction, "eps_place": PLACES, "correction": BOTH},
    "adam": DECAYS | {"eps_place": PLACES | {"hat"}, "correction": BOTH},
    "amsgrad": DECAYS | {"eps_place": PLACES | {"hat"}, "correction": {"none", "after"}},
    "adamax": DECAYS | {"eps_place": PLACES},
    "nadam": DECAYS | {"eps_place": PLACES, "form": NADAM, "decay": Fraction},
    "adopt": DECAYS | {"clip": {"none", "root"}},
    "adashift": DECAYS | {"n": {"1"}},
}
INPUTS = {"method": dict, "losses": [[Fraction]], "set": {"lo": Fraction, "hi": Fraction}}
INPUTS |= {"step": {"name": {"inverse-sqrt", "inverse"}, "alpha": Fraction}}
CLAIM = {"verdict": str, "average_regret": Fraction, "x_limit": (Fraction,)}
ALL_T = {"suffix_sums": [BALL], "band": Fraction, "good_from": (int,)}
ALL_T |= {"climb": {"from_block": int, "eta": Fraction, "hit_block": int}}
ALL_T |= {"regret": {"per_block": Fraction, "lost": Fraction, "sqrt_coefficient": Fraction}}
SHAPE = {"format": {FORMAT}, "version": int, "about": {ABOUT}, "inputs": INPUTS, "status": str}
SHAPE |= {"bits": int, "claim": CLAIM, "drift": BALL, "updates": [BALL], "from_block": (int,)}
SHAPE |= {"all_t": (ALL_T,), "digest": str}


class Rejected(Exception):
    """Why a certificate is refused, in one line."""


def need(condition, reason):
    if not condition:
        raise Rejected(reason)


def read(value, shape, where) -> Any:
    """The value if it has this shape, with its numbers as fractions; (shape,) may be null."""
    if isinstance(shape, tuple):
        return None if value is None else read(value, shape[0], where)
    if isinstance(shape, dict):
        fits = isinstance(value, dict) and value.keys() == shape.keys()
        need(fits, f"{where} has not exactly the fields {', '.join(shape)}")
        return {name: read(value[name], shape[name], name) for name in shape}
    if isinstance(shape, list):
        need(isinstance(value, list) and len(value) <= LONGEST, f"{where} is no list, or too long")
        return [read(v, shape[0], where) for v in value]
    if shape is Fraction:
        fits = isinstance(value, str) and len(value) < 800 and set(value) <= DIGITS
        try:
            return Fraction(value if fits and len(value.partition("E")[2]) < 5 else "")
        except (ValueError, ZeroDivisionError):
            raise Rejected(f"{where} is not a rational number") from None
    fits = type(value) is (str if isinstance(shape, set) else shape)
    need(fits and (shape in (int, str, dict) or value in shape), f"{where} is not as it must be")
    return value


def real(q):
    return arb(fmpq(q.numerator, q.denominator))


def holds(pair, mine, where):
    """The stated interval must hold the ball found here."""
    need(len(pair) == 2 and real(pair[0]) <= mine <= real(pair[1]), f"{where} is not as stated")


def mean(beta, s):
    """The orbit of y_j = beta y_{j-1} + (1-beta) s_j; y_P = (1-beta) sum_k beta^k s_{P-k} / (1-beta^P)."""
    total = sum((beta**k * x for k, x in enumerate(reversed(s))), arb(0))
    y = [(1 - beta) * total / (1 - beta ** len(s))]
    for x in s[:-1]:
        y.append(beta * y[-1] + (1 - beta) * x)
    return y[1:] + y[:1]


def ratio(over, under, still=False):
    """over / under; 0 / 0 is 0 where nothing but this gradient, which is 0, stands above."""
    if still and over == 0:
        return arb(0)
    need((over / under).is_finite(), "an update is not known to be finite")
    return over / under


def limits(method, c):
    """u*, m*, v* at the places 1 .. P of the period, and the root by which m is divided."""
    name, inside, P = method["name"], method.get("eps_place") == "inside", len(c)
    b1, b2, eps = (real(method.get(n, Fraction(0))) for n in ("beta1", "beta2", "eps"))
    g, still = [real(x) for x in c], [x == 0 and (b1 == 0 or not any(c)) for x in c]
    m, v = mean(b1, g), mean(b2, [x * x for x in g])
    root = (lambda w: (w + eps).sqrt()) if inside else (lambda w: w.sqrt() + eps)
    over, under = m, [root(w) for w in v]
    if name in ("sgd", "momentum"):
        under = [1 - b1 if method.get("form") in ("inside", "outside") else arb(1)] * P
    elif name == "amsgrad":  # v_t tends to v* from below, so its maximum to the largest v*
        under = [root(reduce(arb.max, v))] * P
    elif name == "adamax":  # max over k < P of beta2^k (|c_{j-k}| + eps): two periods from 0
        sizes = [abs(x) + (eps if inside else 0) for x in g + g]
        under = list(accumulate(sizes, lambda top, x: x.max(b2 * top)))[P:]
        under = under if inside else [w + eps for w in under]
    elif name == "nadam":
        over = [b1 * y + (1 - b1) * x for y, x in zip(m, g, strict=True)]
    elif name == "adopt":
        scales = [v[j - 1].sqrt().max(eps) for j in range(P)]
        over = mean(b1, [ratio(x, w, x == 0) for x, w in zip(g, scales, strict=True)])
        under = [arb(1)] * P
    elif name == "adashift":
        over, still, under = g, [x == 0 for x in c], under[-1:] + under[:-1]
    return list(map(ratio, over, under, still)), m, v, root


def bounds(k, b1, b2, corrected, u, m, v, root):
    """rho, up_1 .. up_P and N_1 .. N_P of block k."""
    rho, E = (arb(k) / (k + 1)).sqrt(), arb(0)
    p1, p2 = b1 ** (k * len(u)), b2 ** (k * len(u))
    for x, y, w in zip(u, m, v, strict=True):
        dm, low, high = p1 * abs(m[-1]), w - p2 * v[-1], w
        if corrected:  # m_t / (1 - b1^t) - m*_j = b1^t (m*_j - m*_P) / (1 - b1^t), and so for v
            dm, dv = p1 / (1 - p1) * abs(y - m[-1]), p2 / (1 - p2) * abs(w - v[-1])
            low, high = w - dv, w + dv
        if not (x == 0 and dm == 0):  # else u_t = u*_j = 0
            off = (1 / root(low) - 1 / root(w)).max(1 / root(w) - 1 / root(high))
            E = E.max(dm / root(low) + abs(y) * off)
    up = [x.max(rho * x) + E for x in u]
    return rho, up, list(accumulate(reversed(up)))[::-1]


def leaves(k, b1, b2, corrected, u, m, v, root):
    """May x leave hi in block k? Not if sum_{j>=i} u_t / sqrt t <= 0 for all i."""
    P, total = len(u), arb(0)
    for j, t in zip(range(P - 1, -1, -1), range(k * P + P, k * P, -1), strict=True):
        ones1, ones2 = (1 - b1**t, 1 - b2**t) if corrected else (1, 1)
        y, w = (m[j] - b1**t * m[-1]) / ones1, (v[j] - b2**t * v[-1]) / ones2
        total += 0 if y == 0 else y / root(w) / arb(t).sqrt()
        if not total <= 0:
            return True
    return False


def check_all_t(claim, k0, method, c, up, D, alpha):
    """Part 2, mirrored if x goes to lo; the lines that it proves."""
    fine = method["name"] in ("adam", "rmsprop") and method["eps_place"] != "hat"
    need(fine, f"no claim for all T is known for this {method['name']}")
    c, P, wall = c if up else [-x for x in c], len(c), "hi" if up else "lo"
    b1, b2 = real(method.get("beta1", Fraction(0))), real(method["beta2"])
    memory = (b1, b2, method["correction"] == "both", *limits(method, c))
    M, S, sums = claim["band"], sum(c), claim["suffix_sums"]
    need(type(k0) is int and 1 <= k0 <= 10**18, "from_block is out of range")
    rho, steps, N = bounds(k0, *memory)
    need(len(sums) == P and M >= 0, "suffix_sums or band are out of range")
    for stated, mine in zip(sums, N, strict=True):
        holds(stated, mine, "a suffix sum")
        need(mine <= rho * real(M), f"a suffix sum leaves the band at block {k0}")
    need(N[0] <= -(1 - rho) * real(M), f"the band does not last from block {k0} on")
    k1, eta, hit = claim["climb"].values()
    need(k0 <= k1 <= 10**18 and k1 <= hit <= 10**60 and eta > 0, "the climb is out of range")
    need(bounds(k1, *memory)[2][0] <= -real(eta), "a block does not climb by eta")
    climbed = 2 * real(alpha * eta) * (arb(hit).sqrt() - arb(k1).sqrt()) / arb(P).sqrt()
    need(climbed >= real(D), "the wall is not reached by hit_block")
    per_block, lost, spent = claim["regret"].values()
    fits = per_block == S * D and lost == -sum(min(x, 0) for x in c) * D
    need(fits, "per_block is not S (hi - lo), or lost is not N (hi - lo)")
    H, B = real(M), arb(0)
    for x, step in zip(c, steps, strict=True):
        B, H = B + real(max(x, Fraction(0))) * H, (H + step).max(arb(0))
    need(2 * real(alpha) * B <= real(spent) * arb(P).sqrt(), "sqrt_coefficient is too small")
    off, less = (real(x).str(6, radius=False) for x in (alpha * M, spent))
    near = f"is within {off} / sqrt(kP) of {wall}" if M else f"= {wall}"
    lines = [f"x_(kP+1) {near} for every k >= {hit}; from block {k0} on it stays so"]
    lines += [f"R_kP >= {per_block} (k - {hit}) - {lost} x {hit} - {less} sqrt k, for every k"]
    lines += [f"R_T >= R_kP - {lost} for kP < T < (k + 1) P"]
    if (first := claim["good_from"]) is not None:
        need(M == 0 and 0 <= first <= k0 and k0 * P <= ROUNDS, "good_from is out of range")
        bad = [k for k in range(first, k0) if leaves(k, *memory)]
        need(not bad, f"x may leave the wall in blocks {bad[:3]}, and good_from is {first}")
        lines += [f"x_(kP+1) = {wall} for k = {first} implies it for all k >= {first}"]
    return lines


def check(document):
    """What a certificate proves, line by line; Rejected says why it is refused."""
    need(isinstance(document, dict) and document.get("format") == FORMAT, f"it is no {FORMAT}")
    need(document.get("version") == VERSION, f"its version is not {VERSION}, which is known here")
    need(document.get("status") == "proved", "its status is not 'proved', so it claims nothing")
    d = read(document, SHAPE, "it")
    inputs, claim, runs = d["inputs"], d["claim"], d["inputs"]["losses"]
    (lo, hi), (step, alpha) = inputs["set"].values(), inputs["step"].values()
    name = str(inputs["method"].get("name"))
    need(name in METHODS, "its method is not known here")
    method = read(inputs["method"], {"name": {name}} | METHODS[name], "its method")
    need(document["digest"] == digest(document), "it is damaged: its SHA-256 does not match")
    b1, b2, eps = (method.get(n, 0) for n in ("beta1", "beta2", "eps"))
    need(0 <= b1 < 1 and 0 <= b2 < 1 and eps >= 0, "beta1, beta2 or eps is outside its range")
    need(method.get("decay", 1) > 0, "with decay = 0 the schedule does not tend to beta1")
    need(lo < hi and alpha > 0, "the interval is empty, or alpha is not positive")
    need(all(len(r) == 2 and r[1] in range(1, LONGEST + 1) for r in runs), "losses are no runs")
    P = sum(int(n) for _, n in runs)
    need(1 <= P <= LONGEST, f"the period is not from 1 to {LONGEST}")
    need(64 <= d["bits"] <= 8192, "bits are not from 64 to 8192")
    c = [value for value, n in runs for _ in range(int(n))]
    begins = eps > 0 or c[0] != 0 or name not in ("adopt", "adashift")
    need(begins, "an update before the limit divides by 0: c_1 = 0 and eps = 0")
    need(all(10**1200 % x.denominator == 0 for x in c), "a coefficient is no decimal")
    with ctx.workprec(2 * d["bits"] + 64):
        u = limits(method, c)[0]
        S, drift = sum(c), sum(u, arb(0))
        need(len(d["updates"]) == P, "updates are not one for each round of the period")
        for stated, mine in zip([*d["updates"], d["drift"]], [*u, drift], strict=True):
            holds(stated, mine, "the drift, or an update")
        up, down = bool(drift < 0), bool(drift > 0)
        need(up or down or S == 0, "the sign of the drift is not decided")
        fails, end = (up and S > 0) or (down and S < 0), None if S == 0 else (hi if up else lo)
        verdict, average = "fails" if fails else "vanishes", abs(S) * (hi - lo) / P * fails
        follows = claim == {"verdict": verdict, "average_regret": average, "x_limit": end}
        need(follows, f"what follows is: {verdict}, average regret {average}, x_t -> {end}")
        lines = [f"{name}: Delta = {drift.str(12)}, S = {S}: {verdict}, R_T / T -> {average}"]
        lines += [] if S == 0 else [f"x_t -> {end}"]
        need((d["all_t"] is None) == (d["from_block"] is None), "all_t and from_block go together")
        if d["all_t"] is not None:
            need(fails and step == "inverse-sqrt", "all_t is for what fails under alpha / sqrt t")
            lines += check_all_t(d["all_t"], d["from_block"], method, c, up, hi - lo, alpha)
    return [*lines, f"All this is {ABOUT}."]


def digest(document):
    """SHA-256 of the text with sorted keys, the digest itself left out."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def load(path):
    """The document in a file."""
    with Path(path).open("rb") as file:
        text = file.read(LARGEST + 1)
    need(len(text) <= LARGEST, f"it is larger than {LARGEST} bytes")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Rejected("it is not JSON, or is cut short") from None


if __name__ == "__main__":
    try:
        print(*check(load(sys.argv[1])), sep="\n")
    except (Rejected, OSError) as refused:
        sys.exit(f"refused: {refused}")
