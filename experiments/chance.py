"""A stochastic stream: with what probability a play of T rounds ends on the wrong side.

    python -m experiments.chance [--out results] [--quick]

f_t(x) = 1010 x with probability .01, else -10 x, on [-1, 1] (Reddi, Kale & Kumar 2018, section 5): the
expected loss is x/5, so -1 is best. Where E[u], the mean update in the stationary state, is negative, Adam
ends at +1 with a probability that tends to 1 as T grows, where it is positive with one that tends to 0, and
where it is 0, at beta2 = .9996, half of the plays are on either side at every T. AMSGrad is drawn to
-1, but its steps are divided by the largest v that was ever seen, so that it needs 10^7 rounds to show it.

Nor is hindsight wiser: the sum of T slopes is .2 T +- 102 sqrt(T), so that in 45 % of all plays of
T = 10^4 the best fixed point in hindsight is +1, and realised regret charges for it; pseudo-regret,
against -1, does not. The two agree from T = 10^6 on.

The same hundred losses in another order are another problem: Adam fails for 1 - beta2 above .0004 if they
are drawn independently, above .001 if they come in cycles, and about there if they are reshuffled.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import xarray as xr
from scipy.optimize import brentq
from scipy.stats import binom

import regretlab as rl
from experiments import study
from experiments.orders import IID, ORDERS, PERIOD, SMALL, C, P
from regretlab import methods, schedules

BETA1, ALPHA = 0.9, 0.5
STEP = schedules.InverseSqrt(ALPHA)
LEARNERS = {"Adam": methods.Adam(BETA1), "AMSGrad": methods.AMSGrad(BETA1)}
BOOKS = {"Adam .99": methods.Adam(BETA1, 0.99), "AMSGrad .99": methods.AMSGrad(BETA1, 0.99)}


def ends(method: rl.Method, stream: rl.Losses, beta2: np.ndarray, seeds: dict[int, int]) -> xr.DataArray:  # fmt: skip
    """The share of runs with x_{T+1} > 0, dimensions (rounds, beta2); seeds: T -> runs."""
    parts = []
    for T, runs in seeds.items():
        drawn = runs if stream.random else None
        swept = rl.sweep(method, stream, {"1-beta2": 1 - beta2}, rounds=T, step=STEP, runs=drawn,
                         progress=False)  # fmt: skip
        wrong = (swept.x > 0).astype(float)
        parts.append((wrong.mean("run") if drawn else wrong).drop_attrs().assign_coords(rounds=T))
    return cast("xr.DataArray", xr.concat(parts, "rounds"))


def threshold(method: Any, stream: rl.Losses, low: float = 1e-4, high: float = 1e-2) -> float:
    """beta2 at which the drift of T = infinity changes its sign, 1 - beta2 in [low, high]."""

    def drift(y: float) -> float:
        return float(rl.limit(method.but(beta2=1 - y), stream).drift)

    return 1 - float(brentq(drift, low, high, xtol=1e-9, rtol=1e-6))  # type: ignore[arg-type]


def kept_books(T: int, runs: int, engine: str) -> xr.Dataset:
    """Realised and pseudo-regret, dimensions (learner, run, round), and the exact chance of hindsight."""
    at = sorted({int(t) for t in np.geomspace(100, T, 8 * round(math.log10(T / 100)) + 1)})
    parts = []
    for name, method in BOOKS.items():
        run = rl.play(method, IID, rounds=T, step=STEP, runs=runs, at=at, engine=engine, progress=False)  # fmt: skip
        kept = run.data.isel(coordinate=0)[["regret", "pseudo_regret", "comparator"]]
        kept["settings"] = (), study.settings_of(run)
        parts.append(kept.assign_coords(learner=name))
    books = study.stacked(parts, "learner")
    return books.assign(hindsight=("round", positive(books["round"].values)))


def positive(T: np.ndarray) -> np.ndarray:
    """The probability that -(the sum of T slopes) > 0, so that +1 is best in hindsight.

    With N large slopes, N binomial, the sum is (C + small) N - small T.
    """
    return binom.cdf(np.ceil(SMALL * T / (C + SMALL)) - 1, T, P)


def data(
    beta2: np.ndarray, seeds: dict[int, int], T: int, runs: int, ordered: dict[int, int],
    edges: Sequence[str] = ("independent", "cyclic"), engine: str = "compiled",
) -> xr.Dataset:  # fmt: skip
    """wrong (learner, rounds, beta2); books over (book, run, round); by_order (order, beta2).

    `edges` are the orders of which the exact threshold is found; that of independent draws takes
    some ten quadratures of seconds each.
    """
    found = kept_books(T, runs, engine).rename(learner="book")
    shares = [ends(m, IID, beta2, seeds).assign_coords(learner=n) for n, m in LEARNERS.items()]
    found["wrong"] = xr.concat(shares, "learner")
    found["seeds"] = "rounds", list(seeds.values())
    orders = [
        ends(LEARNERS["Adam"], stream, beta2, ordered).isel(rounds=0, drop=True).assign_coords(order=n)
        for n, stream in ORDERS.items()
    ]  # fmt: skip
    found["by_order"] = xr.concat(orders, "order")
    found["threshold"] = "edge", [threshold(LEARNERS["Adam"], ORDERS[n]) for n in edges]
    found = found.assign_coords(edge=list(edges))
    found.wrong.attrs["long_name"] = "share of runs with x_{T+1} > 0"
    found.threshold.attrs["long_name"] = "beta2 at which the drift is 0; Adam fails below"
    ((ordered_T, ordered_runs),) = ordered.items()
    found.attrs = {"format": "regretlab experiment chance 1", "T": T, "runs": runs, "beta1": BETA1,
                   "alpha": ALPHA, "ordered_T": ordered_T, "ordered_runs": ordered_runs}  # fmt: skip
    return found


def wilson(share: np.ndarray, n: int, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of a probability, of n draws (Wilson 1927)."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a learner and T: the share of wrong ends at beta2 = .99, and of +1 as the best in hindsight."""
    out = []
    for name in found.learner.values:
        for T in found["rounds"].values:
            one = found.wrong.sel(learner=name, rounds=T)
            n = int(found.seeds.sel(rounds=T))
            row: dict[str, Any] = {"learner": str(name), "T": int(T), "seeds": n}
            for beta2 in (0.9, 0.99, 0.999):
                row[f"wrong, beta2={beta2:g}"] = float(one.sel(beta2=beta2, method="nearest"))
            row["+1 best in hindsight"] = float(positive(np.array([T]))[0])
            out.append(row)
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """Chances over beta2 for both learners; both regrets; the chance of hindsight; orders."""
    drawn, axes = rl.show.figure(3, 2, (7.4, 8.2))
    x, looks = 1 - found.beta2.values, rl.show.PALETTE
    for panel, letter, name in zip(axes[0], "ab", LEARNERS, strict=True):
        for look, marker, T in zip(looks, "os^d", found["rounds"].values, strict=False):
            share = found.wrong.sel(learner=name, rounds=T).values
            band(panel, x, share, int(found.seeds.sel(rounds=T)), look["color"])
            panel.plot(x, share, label=ten(T), marker=marker, markersize=3, **look)
        panel.set(title=f"({letter}) {name}, independent draws", xscale="log", ylim=(-0.03, 1.03),
                  xlabel=r"$1-\beta_2$", ylabel="$P(x_{T+1} > 0)$")  # fmt: skip
    axes[0, 1].legend(loc="upper left")
    t = found["round"].values
    for panel, letter, book in zip(axes[1], "cd", found.book.values, strict=True):
        for look, kind in zip(looks, ("regret", "pseudo_regret"), strict=False):
            label = "realised" if kind == "regret" else "pseudo"
            R = found[kind].sel(book=book) / found["round"]
            low, middle, high = np.quantile(
                R.transpose("run", "round").values, (0.1, 0.5, 0.9), axis=0
            )
            panel.fill_between(t, low, high, color=look["color"], alpha=0.18, linewidth=0)
            panel.plot(t, middle, label=label, **look)
        limit = 0.4 if book.startswith("Adam") else 0.0
        panel.axhline(limit, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
        name = book.replace(" ", r", $\beta_2=") + "$"
        panel.set(title=f"({letter}) {name}", xscale="log", xlabel="round $t$", ylabel="$R_t/t$")
        panel.set(xlim=(90, 1.2 * t[-1]), ylim=(-0.15, 3.0))
    axes[1, 0].legend(loc="upper right")
    fate, order = axes[2]
    fate.plot(t, found.hindsight, label="exact", color="#000000", linewidth=1.2)
    share = (found.comparator.isel(book=0) > 0).mean("run").values
    n = found.sizes["run"]
    low, high = wilson(share, n)
    fate.errorbar(t, share, yerr=[share - low, high - share], fmt="o", markersize=3, elinewidth=0.8,
                  color=looks[1]["color"], label=f"{n} seeds")  # fmt: skip
    fate.set(title="(e) hindsight errs too", xscale="log", xlabel="$T$", xlim=(90, 1.2 * t[-1]),
             ylim=(-0.03, 0.85),
             ylabel="$P($best fixed point is $+1)$")  # fmt: skip
    fate.legend(loc="lower left")
    for look, marker, name in zip(looks, "os^", ORDERS, strict=False):
        share = found.by_order.sel(order=name).values
        if ORDERS[name].random:
            band(order, x, share, int(found.attrs["ordered_runs"]), look["color"])
        order.plot(x, share, label=name, marker=marker, markersize=3, **look)
    for edge in found.edge.values:
        at = 1 - found.threshold.sel(edge=edge).item()
        for panel in (axes[0, 0], order) if edge == "independent" else (order,):
            panel.axvline(at, color="#555555", linewidth=1, linestyle=(0, (1, 1.5)))
            label = "$E[u]=0$" if edge == "independent" else r"$\Delta=0$"
            left = edge == "independent" and panel is order
            place, side = ((at * 0.87, 0.88), "right") if left else ((at * 1.15, 0.06), "left")
            panel.text(*place, label, fontsize=8, ha=side)
    order.set(title=f"(f) Adam by order, {ten(found.attrs['ordered_T'])}", xscale="log",
              ylim=(-0.03, 1.03), xlabel=r"$1-\beta_2$", ylabel="$P(x_{T+1} > 0)$")  # fmt: skip
    order.legend(loc="center right")
    return drawn


def ten(T: float) -> str:
    """T = 10^k in TeX."""
    return f"$T=10^{{{math.log10(T):g}}}$"


def band(panel: Any, x: np.ndarray, share: np.ndarray, n: int, color: str) -> None:
    low, high = wilson(share, n)
    panel.fill_between(x, low, high, color=color, alpha=0.18, linewidth=0)


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at = found.attrs
    pairs = zip(found["rounds"].values, found.seeds.values, strict=True)
    seeds = ", ".join(f"{int(n)} at T = {T:.0e}" for T, n in pairs)
    edges = ", ".join(
        f"{float(v):.5f} ({n})"
        for v, n in zip(found.threshold.values, found.edge.values, strict=True)
    )
    return (
        f"f_t(x) = {C:g} x with probability {P:g}, else -{SMALL:g} x, F = [-1, 1], best expected point -1. beta1 = "
        f"{at['beta1']:g}, no bias correction, eps = 0, alpha_t = {at['alpha']:g}/sqrt(t), x_1 = 0. Runs 0, 1, ... of "
        f"seed 0: {seeds}; bands: 95 % (Wilson). (a, f) dotted: where the stationary mean E[u] (quadrature), or the "
        f"drift of the cyclic order, is 0, beta2 = {edges}: T = infinity fails right of it. (c, d) "
        f"{at['runs']} runs: medians and 10 to 90 %; regret against the best fixed point of the play (realised) and "
        "against -1 with expected losses (pseudo); dotted: T = infinity. (e) black: the binomial law. (f) "
        f"independent draws, one large loss in a random round of every {PERIOD} (reshuffled), and in the first of "
        f"every {PERIOD} (cyclic, one play); {at['ordered_runs']} runs."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Play, draw, write, print."""
    asked, began = study.arguments(__doc__).parse_args(arguments), time.perf_counter()
    if asked.quick:
        found = data(
            1 - np.geomspace(1e-3, 1, 4),
            {100: 8, 1000: 4},
            1000,
            4,
            {1000: 4},
            edges=("cyclic",),
            engine="plain",
        )
    else:
        seeds = {10**4: 1000, 10**5: 1000, 10**6: 400, 10**7: 48}
        found = data(1 - np.geomspace(1e-5, 1, 21), seeds, 10**7, 100, {10**6: 400})
    paths = study.written("chance", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
