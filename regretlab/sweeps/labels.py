"""How a sweep's result is labelled: its variables, their meanings, and the settings it was made with."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np

from regretlab.pieces import spelled_spec
from regretlab.sweeps.accounts import PLAYED
from regretlab.sweeps.alone import NOT_YET, TROUBLES
from regretlab.sweeps.axes import Axis
from regretlab.sweeps.blocks import LIMITS, Job
from regretlab.sweeps.grid import Grid
from regretlab.sweeps.store.layout import Layout, Variable

FORMAT = "regretlab sweep 1"
MEANINGS = {
    "x": "x_{T+1}, after the last update",
    "regret": "R_T",
    "average_regret": "R_T / T",
    "fails": "1 if R_T is above half of what standing at the worst point of the set costs, else 0",
    "drift": "Delta: the sum of the limiting updates over a period; E[u] on i.i.d. losses",
    "slope_sum": "S: the sum of the gradients over a period; E[g] on i.i.d. losses",
    "fails_in_the_limit": "1 if R_T / T does not vanish as T tends to infinity, 0 if it does",
    "limit_average_regret": "A: the limit of R_T / T",
    "sqrt_coefficient": "B in R_T = A T + B sqrt(T) + O(1), for alpha_t = alpha / sqrt(t)",
    "rounds_to_see": "about how many rounds x_t needs to cross the set",
    "differs": "1 where fails and fails_in_the_limit do not agree",
    "trouble": "why there is no number",
}


def layout_of(job: Job) -> Layout:
    """The arrays of a sweep, and the blocks in which they are made."""
    grid = job.grid
    names, times = grid.names, {"rounds": np.array(grid.at)} if len(grid.at) > 1 else {}
    of_play = (*names, *times)
    variables = {}
    if job.play:
        flags = {"flag_values": list(TROUBLES), "flag_meanings": "; ".join(TROUBLES.values())}
        variables["trouble"] = Variable(
            names, "int8", {"long_name": MEANINGS["trouble"]} | flags, NOT_YET
        )
        variables |= {name: described(name, of_play) for name in PLAYED}
    if job.limit:
        variables |= {name: described(name, names) for name in LIMITS}
    if job.play and job.limit:
        variables["differs"] = described("differs", of_play)
    chunk = dict(zip(names, grid.chunk, strict=True))
    coords = grid.coords | (times if job.play else {})
    labels = {axis.name: symbol(job, axis) for axis in grid.axes if axis.name in names}
    return Layout(coords, variables, chunk, attributes(job), labels)


def symbol(job: Job, axis: Axis) -> dict[str, str]:
    """What an axis stands for, from the declaration of the parameter."""
    target = axis.targets[0]
    if target.role == "play":
        return {"symbol": {"x1": "x_1"}.get(target.name, ""), "long_name": target.name}
    piece = getattr(job.grid.setting, target.role)
    for name in target.path:
        piece = getattr(piece, name)
    meta = piece.declared(target.name).metadata
    return {"symbol": meta.get("symbol", ""), "long_name": meta.get("doc", "")}


def described(name: str, dims: tuple[str, ...]) -> Variable:
    return Variable(dims, "float64", {"long_name": MEANINGS[name]})


def attributes(job: Job) -> dict[str, Any]:
    """Every setting, as attributes of the Dataset."""
    grid = job.grid
    of_play = {t.name for a in grid.axes for t in a.targets if t.role == "play"}
    first = "the projection of 0" if grid.x1 is None else np.atleast_1d(grid.x1).tolist()
    axes = {a.name: [f"{t.role}.{t.name}" for t in a.targets] for a in grid.axes}
    return {
        "regretlab_format": FORMAT,
        "regretlab_version": version("regretlab"),
        "method": starred(grid, "method"),
        "losses": starred(grid, "losses"),
        "set": starred(grid, "feasible"),
        "step": starred(grid, "step"),
        "x1": "on an axis" if "x1" in of_play else first,
        "seed": "on an axis" if "seed" in of_play else grid.seed,
        "runs": grid.runs or 1,
        "rounds": grid.at[-1] if job.play else "infinity",
        "axes": "; ".join(f"{name}: {', '.join(of)}" for name, of in axes.items()),
    }


def starred(grid: Grid, role: str) -> str:
    """A piece as the command line spells it, with * for what lies on an axis."""
    spec = getattr(grid.setting, role).spec()
    for axis in grid.axes:
        for target in axis.targets:
            if target.role == role:
                inside = spec
                for name in target.path:
                    inside = inside[name]
                inside[target.name] = "*"
    return spelled_spec(spec)


def specification(job: Job) -> dict[str, Any]:
    """What is computed, as the store compares it when a sweep is resumed."""
    grid = job.grid
    method, losses, feasible, step = grid.setting
    pieces = {"method": method, "losses": losses, "set": feasible, "step": step}
    return {
        "version": version("regretlab"),
        **{kind: piece.spec() for kind, piece in pieces.items()},
        "x1": None if grid.x1 is None else np.atleast_1d(grid.x1).tolist(),
        "seed": grid.seed,
        "runs": grid.runs,
        "at": list(grid.at),
        "play": job.play,
        "limit": job.limit,
        "axes": {
            a.name: {
                "targets": [f"{t.role}.{'.'.join((*t.path, t.name))}" for t in a.targets],
                "first": float(a.values[0]),
                "last": float(a.values[-1]),
                "values": len(a.values),
            }
            for a in grid.axes
        },
    }
