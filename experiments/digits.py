"""Logistic regression, softmax regression and a small network on digits, as section 5 of the paper.

    python -m experiments.digits [--out results] [--quick] [--epochs 100]
                                 [--data IMAGES [--labels LABELS]] [--rows N] [--models logistic softmax network]

Reddi, Kale & Kumar (2018), section 5, train on MNIST and CIFAR-10; so does this, where --data names
MNIST's images (an IDX file, .gz or not; the labels are looked for beside it) or CIFAR-10's binary
version (a file data_batch_1.bin, or their folder). Without it there are scikit-learn's 8 x 8 digits,
hundreds of times less data: what is comparable is the order of the methods, not a number.

SGD, AdaGrad, Adam and AMSGrad, mini-batches of 128 in a new order every epoch, beta1 = 0.9, beta2 in
{0.99, 0.999}, no bias correction, alpha_t = alpha / sqrt(t); alpha is the one of a grid with the least
final training loss. The two regressions are convex, on the box |x_i| <= 2, and the regret is against
the minimiser of the training loss, whose distance from the minimum is certified. Only whole batches are
used, so that the losses of an epoch add up to a multiple of the training loss, and at the end of an
epoch that minimiser is the best fixed point in hindsight. The network (one hidden layer of 100
rectified linear units) is not convex: no regret is claimed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import regretlab as rl
from experiments import study
from experiments.training import BATCH, BOX, DIGIT, MODELS, certified, game, samples, training_loss
from regretlab import methods, schedules

LEARNERS = {
    "SGD": methods.SGD(),
    "AdaGrad": methods.AdaGrad(),
    "Adam .99": methods.Adam(0.9, 0.99),
    "Adam .999": methods.Adam(0.9, 0.999),
    "AMSGrad .99": methods.AMSGrad(0.9, 0.99),
    "AMSGrad .999": methods.AMSGrad(0.9, 0.999),
}
ALPHAS = tuple(float(f"{10.0**k:.3g}") for k in np.arange(-3.0, 3.1, 0.5))
TITLES = {
    "logistic": f"logistic, {DIGIT} or not",
    "softmax": "softmax, ten classes",
    "network": "network, 100 ReLU",
}


def tried(
    model: str, A: np.ndarray, b: np.ndarray, T: int, at: int, alphas: Sequence[float], engine: str
) -> Any:
    """The plays of every learner and alpha; None for one that has diverged."""
    stream, feasible, x1 = game(model, A, b)
    found: dict[str, list[rl.Play | None]] = {}
    for name, learner in LEARNERS.items():
        found[name] = []
        for alpha in alphas:
            step = schedules.InverseSqrt(alpha)
            try:
                run = rl.play(learner, stream, feasible, T, step, x1, engine=engine, at=at,
                              progress=False)  # fmt: skip
            except rl.NotFinite:
                run = None
            found[name].append(run)
    return found


def measured(
    model: str, A: np.ndarray, b: np.ndarray, T: int, alphas: Sequence[float], engine: str
) -> xr.Dataset:
    """Of one model: the grid, and for the best alpha of every learner its training loss and regret."""
    every = len(A) // BATCH
    plays = tried(model, A, b, T, every, alphas, engine)
    best, gap, least = None, np.nan, np.nan
    if model != "network":
        best, least, gap = certified(model, A, b)
    parts = []
    for name, runs in plays.items():
        ends = [np.inf if r is None else training_loss(model, A, b, r.data.iterate.values[-1:])[0]
                for r in runs]  # fmt: skip
        k = int(np.argmin(ends))
        run = runs[k]
        if run is None:
            raise rl.InvalidInput(
                f"{name} has diverged for every alpha of the grid: give smaller ones."
            )
        path = training_loss(model, A, b, run.data.iterate.values)
        regret = np.full(len(path), np.nan)
        if best is not None:
            regret = run.regret_against(best).regret.values
        arrays = {
            "grid": ("alpha", np.array(ends)),
            "training_loss": ("round", path),
            "regret": ("round", regret),
            "chosen": ((), alphas[k]),
            "settings": ((), settings_of(run)),
        }
        coords = {"round": run.data["round"].values, "alpha": list(alphas), "learner": name}
        parts.append(xr.Dataset(arrays, coords=coords))
    whole = study.stacked(parts, "learner")
    whole["minimum"], whole["gap"] = least, gap
    return whole.expand_dims(model=[model])


def settings_of(run: rl.Play) -> str:
    """The settings of a play; of its arrays their SHA-256, of shape and float64 bytes."""
    kept = json.loads(study.settings_of(run))
    kept["losses"] = json.loads(kept["losses"])
    for name in ("A", "b"):
        values = np.array(kept["losses"][name])
        kept["losses"][name] = f"{values.shape} {hashlib.sha256(values.tobytes()).hexdigest()}"
    return json.dumps(kept)


def data(asked: Any) -> xr.Dataset:
    """Everything of the three models, dimensions (model, learner, round) and (model, learner, alpha)."""
    A, b = samples(asked.data, asked.labels, asked.rows or (512 if asked.quick else None))
    epochs = 5 if asked.quick else asked.epochs
    alphas = ALPHAS[::3] if asked.quick else ALPHAS
    T = epochs * (len(A) // BATCH)
    parts = [measured(m, A, b, T, alphas, asked.engine) for m in asked.models]
    found = study.stacked(parts, "model")
    found.training_loss.attrs["long_name"] = "mean loss of all n samples at x_t"
    found.regret.attrs["long_name"] = "sum of f_s(x_s) - f_s(x*) over s <= t"
    found.minimum.attrs["long_name"] = "the training loss at x*"
    found.gap.attrs["long_name"] = "the minimum is at most this much less; a certificate"
    found.attrs = {
        "format": "regretlab experiment digits 1",
        "data": "scikit-learn digits" if asked.data is None else str(asked.data.name),
        "n": len(A),
        "pixels": A.shape[1] - 1,
        "epochs": epochs,
        "batch": BATCH,
        "box": BOX,
    }
    return found


def rows(found: xr.Dataset) -> list[dict[str, Any]]:
    """A row a model and learner, at round T; an alpha at an end of the grid is marked."""
    T, out = int(found["round"][-1]), []
    alphas = found.alpha.values
    for model in found.model.values:
        for name in found.learner.values:
            one = found.sel(model=model, learner=name)
            alpha = float(one.chosen)
            edge = alpha in (alphas[0], alphas[-1])
            convex = model != "network"
            out.append({
                "model": str(model),
                "learner": str(name),
                "alpha": f"{alpha:g}{' (end of the grid)' if edge else ''}",
                "training loss": float(one.training_loss[-1]),
                "minimum": float(one.minimum) if convex else "-",
                "gap": float(one.gap) if convex else "-",
                "R_T": float(one.regret[-1]) if convex else "no claim",
                "R_T/T": float(one.regret[-1]) / T if convex else "no claim",
            })  # fmt: skip
    return out


@rl.show.styled
def draw(found: xr.Dataset) -> Any:
    """Above the training loss of the three; below the regret of two, and the grid of the network."""
    models = [str(m) for m in found.model.values]
    drawn, axes = rl.show.figure(2, len(models), (max(2.45 * len(models), 5.0), 5.6))
    t = found["round"].values
    for k, model in enumerate(models):
        above, below = axes[0, k], axes[1, k]
        for look, name in zip(rl.show.PALETTE, found.learner.values, strict=True):
            one = found.sel(model=model, learner=name)
            if str(name).startswith("AMSGrad"):  # often where Adam is: broad, and below it
                look = look | {"linewidth": 3.0, "zorder": 1.9}
            above.plot(t, one.training_loss - one.minimum.fillna(0.0), label=str(name), **look)
            if model != "network":
                below.plot(t, one.regret / t, **look)
            else:
                ends = np.where(np.isfinite(one.grid), one.grid, np.nan)
                below.plot(found.alpha, ends, marker=".", **look)
        above.set(
            title=f"({'abc'[k]}) {TITLES[model]}", xscale="log", yscale="log", xlabel="round $t$"
        )
        below.set(xscale="log", yscale="log")
        if model != "network":
            above.set_ylabel(r"$F(x_t) - F(x^\star)$")
            below.set(title=f"({'def'[k]}) average regret", xlabel="round $t$", ylabel="$R_t/t$")
        else:
            below.set(
                title=rf"({'def'[k]}) network: the grid of $\alpha$", xlabel=r"step size $\alpha$"
            )
            below.set_ylabel("$F(x_T)$")
            above.set_ylabel("$F(x_t)$")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside upper center", ncols=3)
    return drawn


def caption(found: xr.Dataset) -> str:
    """Every setting of the figure."""
    at, T = found.attrs, int(found["round"][-1])
    gaps = ", ".join(
        f"{float(found.gap.sel(model=m)):.1e}" for m in found.model.values if m != "network"
    )
    grid = ", ".join(f"{a:g}" for a in found.alpha.values)
    return (
        f"After section 5 of Reddi, Kale & Kumar (2018). Data: {at['data']}, n = {at['n']} images of {at['pixels']} "
        f"pixels. Mini-batches of {at['batch']}, reshuffled every epoch (seed 0), T = {T} rounds = {at['epochs']} "
        "epochs, recorded at t = 1 and at the end of every epoch. Adam and AMSGrad: beta1 = 0.9, beta2 .99 or "
        f".999, as named; no bias correction, eps = 0; alpha_t = alpha/sqrt(t), alpha in {{{grid}}} by the least "
        f"F(x_T). Regressions: |x_i| <= {at['box']:g}, x_1 = 0, a bias per class; R_t against the minimiser x* of F, "
        f"certified to be within {gaps} of the minimum. Network: not constrained, not convex, so that no regret is "
        "claimed; x_1 is random; where no point is, a step was not finite."
    )


def main(arguments: Sequence[str] | None = None) -> xr.Dataset:
    """Train, draw, write, print."""
    paths = {"type": Path, "default": None}
    parser = study.arguments(
        __doc__,
        data=paths | {"help": "MNIST images, an IDX file, or CIFAR-10, binary"},
        labels=paths | {"help": "its labels, if they are not beside it"},
        epochs={"type": int, "default": 100, "help": "passes over the data"},
        models={"nargs": "+", "default": MODELS, "choices": MODELS, "help": "which of the three"},
        engine={"default": "compiled", "choices": ("compiled", "plain")},
        rows={"type": int, "default": None, "help": "how many images to read"},
    )
    asked, began = parser.parse_args(arguments), time.perf_counter()
    try:
        found = data(asked)
    except rl.RegretlabError as wrong:
        sys.exit(str(wrong))
    paths = study.written("digits", asked.out, found, draw(found), caption(found))
    study.report(rows(found), paths, began)
    return found


if __name__ == "__main__":
    main()
