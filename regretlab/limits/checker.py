"""Check a certificate, trusting nobody: `python checker.py FILE`. Proofs, format, an example: docs/certificates.md.

Losses c_t x, c of period P; x_{t+1} is x_t - a_t u_t clipped to [lo, hi], a_t = alpha / sqrt t or alpha / t.
u_t depends on c_1 .. c_t alone and tends to u*_j, j the place in the period. Delta = sum u*_j, S = sum c_j.
1. If Delta < 0, x_t -> hi; if Delta > 0, x_t -> lo. So R_T / T -> |S| (hi - lo) / P if Delta S < 0, else -> 0.
2. All T, if Delta < 0 < S (else mirrored) and a_t = alpha / sqrt t. Block k is t = kP + 1 .. kP + P; in it
   rho <= a_t sqrt(kP) / alpha <= 1, |u_t - u*_j| <= E, and sum_{j>=i} a_t u_t <= N_i alpha / sqrt(kP).
   Band:  hi - x_{kP+1} <= M alpha / sqrt(kP) lasts from k0 on if all N_i <= rho M, N_1 <= -(1 - rho) M at k0.
   Climb: it is reached by block `hit` if 2 alpha eta (sqrt hit - sqrt k1) / sqrt P >= hi - lo, eta = -N_1 at k1.
   Regret: R_kP >= S (hi - lo)(k - hit) - N (hi - lo) hit - 2 alpha B sqrt(k / P), N = sum |c_j| over c_j < 0.
Numbers are balls that hold the true value; a comparison is true only if it is so throughout the balls.
"""

import hashlib
import json
import re
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

FORMAT, VERSION, LARGEST, LONGEST, ROUNDS = "regretlab certificate", 1, 8_000_000, 10_000, 200_000
ABOUT = "of exact real arithmetic with 0/0 = 0, for any x_1 in [lo, hi]; not of float64"
DECIMAL = re.compile("-?[0-9]{1,800}([.][0-9]{1,800})?")
BALL, PLACES, BOTH = [fmpq], {"outside", "inside"}, {"none", "both"}
NADAM, DECAYS = {"next", "corrected", "schedule"}, {"beta1": fmpq, "beta2": fmpq, "eps": fmpq}
# What decides the limit of a method: numbers, and the words for which it is known.
METHODS = {"sgd": {}, "momentum": {"beta1": fmpq, "form": {"average", "inside", "outside"}}}
METHODS |= {"rmsprop": {"beta2": fmpq, "eps": fmpq, "eps_place": PLACES, "correction": BOTH}}
METHODS |= {"adam": DECAYS | {"eps_place": PLACES | {"hat"}, "correction": BOTH}}
METHODS |= {"amsgrad": DECAYS | {"eps_place": PLACES | {"hat"}, "correction": {"none", "after"}}}
METHODS |= {"nadam": DECAYS | {"eps_place": PLACES, "form": NADAM, "decay": fmpq}}
METHODS |= {"adamax": DECAYS | {"eps_place": PLACES}, "adopt": DECAYS | {"clip": {"none", "root"}}}
METHODS |= {"adashift": {"beta2": fmpq, "eps": fmpq, "n": {"1"}}}
INPUTS = {"method": dict, "losses": [fmpq], "step": {"inverse-sqrt", "inverse"}, "alpha": fmpq}
CLAIM = {"verdict": str, "average_regret": str, "x_limit": (str,)}
ALL_T = {"band": fmpq, "good_from": int, "climb_from": int, "hit_block": int}
ALL_T |= {"per_block": fmpq, "lost": fmpq, "sqrt_coefficient": fmpq}
SHAPE = {"format": str, "version": int, "about": {ABOUT}, "status": str, "bits": int}
SHAPE |= {"inputs": INPUTS | {"lo": fmpq, "hi": fmpq}, "drift": BALL, "updates": [BALL]}
SHAPE |= {"claim": CLAIM, "from_block": (int,), "all_t": (ALL_T,), "digest": str}


class Rejected(Exception):
    """Why a certificate is refused, in one line."""


def need(condition, reason):
    if not condition:
        raise Rejected(reason)


def read(value, shape, where) -> Any:
    """The value if it has this shape, its numbers as rationals; (shape,) may be null."""
    if isinstance(shape, tuple):
        return None if value is None else read(value, shape[0], where)
    if isinstance(shape, dict) and isinstance(value, dict) and value.keys() == shape.keys():
        return {name: read(value[name], shape[name], name) for name in shape}
    if isinstance(shape, list) and isinstance(value, list) and 1 <= len(value) <= LONGEST:
        return [read(v, shape[0], where) for v in value]
    if shape is fmpq and isinstance(value, str) and DECIMAL.fullmatch(value):
        whole, _, decimals = value.partition(".")
        return fmpq(int(whole + decimals), 10 ** len(decimals))
    word = isinstance(shape, set) and isinstance(value, str) and value in shape
    need(word or type(value) is shape, f"{where} has not the fields or the kind that it must have")
    return value


def mean(beta, s):
    """The orbit y*_1 .. y*_P of y_t = beta y_{t-1} + (1 - beta) s_t; from y_0 = 0, y_t = y*_j - beta^t y*_P."""
    y = list(accumulate(s, lambda y, x: beta * y + (1 - beta) * x, initial=arb(0)))[1:]
    return [x + beta**j * y[-1] / (1 - beta ** len(s)) for j, x in enumerate(y, 1)]


def limits(method, c):
    """u* (0/0 is 0 where only this gradient stands above), m*, v* at places 1 .. P, and the root below m."""
    name, inside, P = method["name"], method.get("eps_place") == "inside", len(c)
    b1, b2, eps = (arb(method.get(n, 0)) for n in ("beta1", "beta2", "eps"))
    g, still = [arb(x) for x in c], [x == 0 and (b1 == 0 or not any(c)) for x in c]
    m, v = mean(b1, g), mean(b2, [x * x for x in g])
    root = (lambda w: (w + eps).sqrt()) if inside else (lambda w: w.sqrt() + eps)
    over, under = m, [root(w) for w in v]
    if name in ("sgd", "momentum"):
        under = [arb(1) if method.get("form") == "average" else 1 - b1] * P
    elif name == "amsgrad":  # v_t tends to v* from below, so its maximum to the largest v*
        under = [root(list(accumulate(v, arb.max))[-1])] * P
    elif name == "adamax":  # max over k < P of beta2^k (|c_{j-k}| + eps): two periods from 0
        tops = accumulate([abs(x) + eps * inside for x in g + g], lambda w, x: x.max(b2 * w))
        under = [w if inside else w + eps for w in tops][P:]
    elif name == "nadam":
        over = [b1 * y + (1 - b1) * x for y, x in zip(m, g, strict=True)]
    elif name == "adopt":
        scales, under = [w.sqrt().max(eps) for w in v[-1:] + v[:-1]], [arb(1)] * P
        over = mean(b1, [x if x == 0 else x / w for x, w in zip(g, scales, strict=True)])
    elif name == "adashift":
        under = under[-1:] + under[:-1]
    u = [x if z and x == 0 else x / w for x, w, z in zip(over, under, still, strict=True)]
    need(all(x.is_finite() for x in u), "an update is not known to be finite")
    return u, m, v, root


def check_all_t(told, k0, method, c, end, D, alpha):
    """Part 2, with x and c mirrored if x goes to lo; the lines that it proves."""
    M, first, k1, hit, gain, lost, spent = told.values()
    b1, b2, P = arb(method.get("beta1", 0)), arb(method["beta2"]), len(c)
    (u, m, v, root), both = limits(method, c), int(method["correction"] == "both")
    need(1 <= k0 <= k1 <= min(hit, 10**18) and hit <= 10**60, "a block is out of range")
    need(first == k0 or (M == 0 <= first < k0 and k0 * P <= ROUNDS), "good_from is out of range")
    for k in (k1, k0):  # the climb from block k1, and then all else from block k0
        rho, E, p1, p2 = (arb(k) / (k + 1)).sqrt(), arb(0), b1 ** (k * P), b2 ** (k * P)
        for x, y, w in zip(u, m, v, strict=True):
            dm = p1 * abs(y * both - m[-1]) / (1 - p1 * both)
            dv = p2 * abs(w * both - v[-1]) / (1 - p2 * both)
            if not (x == 0 and dm == 0):  # else u_t = u*_j = 0
                most = 1 / root(w - dv)  # 1 / root is convex, so it is off most where it is largest
                E = E.max(dm * most + abs(y) * (most - 1 / root(w)))
        up = [x.max(rho * x) + E for x in u]
        climbed = -2 * alpha * sum(up, arb(0)) * (arb(hit).sqrt() - arb(k1).sqrt()) / arb(P).sqrt()
        need(k != k1 or climbed >= D, "the wall is not reached by hit_block")
    need(all(n <= rho * M for n in accumulate(reversed(up))), "a suffix sum leaves the band")
    need(M >= 0 and sum(up, arb(0)) <= -(1 - rho) * M, f"no band lasts from block {k0} on")
    H = accumulate(up, lambda h, step: (h + step).max(arb(0)), initial=arb(M))
    B = sum(max(x, 0) * h for x, h in zip(c, H, strict=False))  # hi - x_j <= H_j alpha / sqrt(kP)
    need(2 * alpha * B <= spent * arb(P).sqrt(), "sqrt_coefficient is too small")
    need((gain, lost) == (sum(c) * D, sum(max(-x, 0) for x in c) * D), "per_block or lost is wrong")
    steps, n = [], k0 - first  # x stays in a block if sum_{j>=i} a_t u_t <= 0 for all i
    for t, (y, w) in enumerate(zip(m * n, v * n, strict=True), first * P + 1):
        over, square = y - b1**t * m[-1], (w - b2**t * v[-1]) / (1 - b2**t * both)
        under = (1 - b1**t * both) * root(square) * arb(t).sqrt()
        steps.append(over if over == 0 else over / under)
    blocks = [accumulate(reversed(steps[k : k + P])) for k in range(0, n * P, P)]
    need(all(x <= 0 for block in blocks for x in block), "x may leave the wall after good_from")
    return [
        f"|x_(kP+1) - {end}| <= {arb(alpha * M).str(6)} / sqrt(kP) for k >= {hit}; once so at a k >= {first}, it lasts",
        f"R_kP >= {gain} (k - {hit}) - {lost} x {hit} - {arb(spent).str(6)} sqrt k for every k",
        f"R_T >= R_kP - {lost} for kP < T < (k + 1) P",
    ]


def check(document):
    """What a certificate proves, line by line; Rejected says why it is refused."""
    need(isinstance(document, dict) and document.get("format") == FORMAT, f"it is no {FORMAT}")
    need(document.get("version") == VERSION, f"its version is not {VERSION}, which is known here")
    need(document.get("status") == "proved", "its status is not 'proved', so it claims nothing")
    d = read(document, SHAPE, "it")
    method, c, step, alpha, lo, hi = d["inputs"].values()
    name, bits, told, k0 = str(method.get("name")), d["bits"], d["all_t"], d["from_block"]
    method = read(method, {"name": set(METHODS)} | METHODS.get(name, {}), "its method")
    rest = json.dumps({n: v for n, v in document.items() if n != "digest"}, sort_keys=True)
    sha = hashlib.sha256(rest.encode()).hexdigest()
    need(d["digest"] == sha, "it is damaged: its SHA-256 does not match")
    b1, b2, eps = (method.get(n, 0) for n in ("beta1", "beta2", "eps"))
    need(0 <= b1 < 1 and 0 <= b2 < 1 and eps >= 0, "beta1, beta2 or eps is outside its range")
    need(lo < hi and alpha > 0 and 64 <= bits <= 8192, "lo, hi, alpha or bits is outside its range")
    need(method.get("decay", 1) > 0 or method["form"] != "schedule", "a schedule with decay = 0")
    need(eps > 0 or c[0] != 0 or name not in ("adopt", "adashift"), "c_1 = eps = 0 divides by 0")
    with ctx.workprec(2 * bits + 64):
        u = limits(method, c)[0]
        S, drift = sum(c), sum(u, arb(0))
        stated = zip([*d["updates"], d["drift"]], [*u, drift], strict=False)
        holds = [len(s) == 2 and s[0] <= x <= s[1] for s, x in stated]
        need(all(holds) and len(d["updates"]) == len(c), "the drift or an update is not as stated")
        sign = bool(drift > 0) - bool(drift < 0)
        need(sign or S == 0, "the sign of the drift is not decided")
        average = abs(S) * (hi - lo) / len(c) if sign * S < 0 else fmpq(0)
        verdict = "fails" if average else "vanishes"
        end = None if S == 0 else str(lo if sign > 0 else hi)
        follows = {"verdict": verdict, "average_regret": str(average), "x_limit": end}
        need(d["claim"] == follows, f"what follows is {follows}")
        lines = [f"{name}: Delta = {drift.str(9)}, x_t -> {end}: {verdict}, R_T / T -> {average}"]
        if told is not None or k0 is not None:
            fits = told and k0 and name in ("adam", "rmsprop") and method["eps_place"] != "hat"
            need(fits and average and step == "inverse-sqrt", "no claim for all T is known for it")
            lines += check_all_t(told, k0, method, [-sign * x for x in c], end, hi - lo, alpha)
    return [*lines, f"All this is {ABOUT}."]


def load(path):
    """The document in a file."""
    with Path(path).open("rb") as file:
        text = file.read(LARGEST + 1)
    need(len(text) <= LARGEST, f"it is larger than {LARGEST} bytes")
    try:  # an object in which a name stands twice, so that readers may differ, is none
        return json.loads(text, object_pairs_hook=lambda p: len(p) == len(dict(p)) and dict(p))
    except (ValueError, RecursionError):
        raise Rejected("it is not JSON, or is cut short") from None


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python checker.py FILE")
    try:
        print(*check(load(sys.argv[1])), sep="\n")
    except (Rejected, OSError) as refused:
        sys.exit(f"refused: {refused}")
