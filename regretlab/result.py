"""What a play leaves: labelled data with every setting, saved, loaded and played again."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from regretlab.algorithm1 import Log
from regretlab.engines.engine import Setting
from regretlab.engines.run import Records
from regretlab.errors import InvalidInput
from regretlab.files import load_dataset, save
from regretlab.pieces import Piece, spelled_spec
from regretlab.regret.books import books, comparator
from regretlab.spelling import from_spec

if TYPE_CHECKING:
    import xarray

FORMAT = "regretlab play 1"
KINDS = ("method", "losses", "set", "step")
BOOKS = {
    "cumulative_loss": "f_1(x_1) + ... + f_t(x_t)",
    "comparator_loss": "min over F of f_1(x) + ... + f_t(x)",
    "comparator_gap": "certified distance of comparator_loss from the minimum",
    "regret": "R_t = cumulative_loss - comparator_loss",
    "average_regret": "R_t / t",
    "pseudo_regret": "sum of F(x_s) over s <= t, minus t min F, for F = E f_t",
}
RECORDS: dict[str, Callable[[Log], np.ndarray]] = {
    "m": lambda log: log.m,
    "V": lambda log: log.root * log.root,
    "rate": lambda log: log.alpha[:, None] / log.root,
    "gamma": lambda log: log.gamma,
    "squares": lambda log: log.squares,
    "steepest": lambda log: log.steepest,
    "middle": lambda log: log.middle,
    "norm": lambda log: log.norms[:, 0],
    "sup_squares": lambda log: log.norms[:, 1],
    "path": lambda log: log.norms[:, 2],
}
MEANINGS = {
    "m": "m_t = phi_t(g_1, ..., g_t)",
    "V": "V_t = psi_t(g_1, ..., g_t)",
    "rate": "alpha_t / sqrt(V_t)",
    "gamma": "sqrt(V_t) / alpha_t - sqrt(V_{t-1}) / alpha_{t-1}",
    "squares": "g_1^2 + ... + g_t^2",
    "steepest": "max |g_s| over s <= t",
    "middle": "sum of beta1_s sqrt(V_s) / alpha_s over s <= t",
    "norm": "max |g_s|_2 over s <= t",
    "sup_squares": "sum of |g_s|_inf^2 over s <= t",
    "path": "|x_2 - x_1|_2 + ... + |x_t - x_{t-1}|_2",
}


class Play:
    """A play that is over: `data` is an xarray Dataset with dimension `round` (and `run`).

    Variables: iterate x_t, cumulative_loss, comparator, comparator_loss, comparator_gap, regret,
    average_regret, pseudo_regret (R_t includes f_t(x_t)), and final_iterate, x_{T+1}.
    Attributes: every setting and the versions.
    """

    plot: Callable[..., Any]  # `show` and `game` stand above this file and attach theirs
    replay: Callable[..., Play]
    against: Callable[..., Any]
    regret_against: Callable[..., xarray.Dataset]
    dynamic_regret: Callable[..., xarray.Dataset]
    switching_regret: Callable[..., xarray.Dataset]
    short_path_regret: Callable[..., xarray.Dataset]
    interval_regret: Callable[..., xarray.Dataset]
    averaged_suboptimality: Callable[..., xarray.Dataset]

    def __init__(self, data: xarray.Dataset, setting: Setting | None = None) -> None:
        self.data, self._setting = data, setting

    @property
    def x(self) -> np.ndarray:
        """x_{T+1}, after the last update: shape (d,), or (runs, d)."""
        return self.data.final_iterate.values

    def setting(self, **given: Any) -> Setting:
        """The pieces: as played, or made anew from the attributes, but for those that are given."""
        if self._setting is None or given:
            pieces = {kind: given.get(kind) or self._piece(kind) for kind in KINDS}
            setting = Setting(*(pieces[kind] for kind in KINDS))
            if given:
                return setting
            self._setting = setting
        return self._setting

    def _piece(self, kind: str) -> Any:
        if self._setting is not None:
            return self._setting[KINDS.index(kind)]
        spec, home = json.loads(self.data.attrs[kind]), json.loads(self.data.attrs["classes"])[kind]
        if others := [h for h in home.split("/") if not h.startswith("regretlab.")]:
            module, _, name = others[0].partition(":")
            what = f"{name} is a class of {module}, not one of regretlab's"
            raise InvalidInput(f"{what}: give it, as in replay({kind}=...).")
        return from_spec(kind, spec)

    def spelled(self, kind: str) -> str:
        """The method, losses, set or step as the command line spells it."""
        return spelled_spec(json.loads(self.data.attrs[kind]))

    def save(self, path: str | Path) -> Path:
        """Write one netCDF file, whole or not at all."""
        return save(self.data, path)

    def row(self) -> dict[str, Any]:
        """The outcome as `regretlab play --json` prints it; with runs, medians and the list `runs`.

        `comparator_note` says how the comparator was found where the gap is not finite or the regret
        not known, else it is None.
        """
        last, attrs = self.data.isel(round=-1), self.data.attrs
        row: dict[str, Any] = {k: json.loads(attrs[k]) for k in KINDS}
        row |= {
            "rounds": int(last["round"]),
            "x1": np.atleast_1d(attrs["x1"]).tolist(),
            "seed": int(attrs["seed"]),
        }
        if "run" in self.data.dims:
            runs = [numbers(last.isel(run=k)) for k in range(self.data.sizes["run"])]
            whole = [
                r for r in runs if r["regret"] is not None
            ] or runs  # not those that ended early
            row |= {key: median([r[key] for r in whole]) for key in runs[0]}
            row["runs"] = [{"run": k} | r for k, r in enumerate(runs)]
        else:
            whole = [numbers(last)]
            row |= whole[0]
        unsure = any(r["regret"] is None or r["comparator_gap"] is None for r in whole)
        row |= {
            "comparator_note": attrs["comparator"] if unsure else None,
            "engine": attrs["engine"],
            "seconds": float(attrs["seconds"]),
            "versions": json.loads(attrs["versions"]),
        }
        return row

    def __repr__(self) -> str:
        who = f"{self.spelled('method')} against {self.spelled('losses')} on {self.spelled('set')}"
        row = self.row()
        end = f"T={row['rounds']}: R_T/T={row['average_regret']}, x={row['x']}"
        return f"Play({who}, {end})"


def numbers(last: xarray.Dataset) -> dict[str, Any]:
    """The outcome of one run; NaN is None."""
    out: dict[str, Any] = {"x": last.final_iterate.values.tolist()}
    for key in (
        "cumulative_loss",
        "comparator",
        "comparator_loss",
        "comparator_gap",
        "regret",
        "average_regret",
        "pseudo_regret",
    ):
        out[key] = last[key].values.tolist()
    return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in out.items()}


def median(values: list) -> Any:
    """The median over runs of a number or of a list of numbers; None if there is none."""
    known = [v for v in values if v is not None]
    return np.median(known, axis=0).tolist() if known else None


@cache
def versions() -> dict[str, str]:
    """The versions on which the bits may depend."""
    found = {"python": platform.python_version()}
    for name in ("regretlab", "numpy", "numba", "scipy", "xarray"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def home(piece: Piece) -> str:
    """Where the class of a piece is defined, and of the pieces inside it, with / between."""
    inside = [
        home(v) for n, v in vars(piece).items() if n in piece.parameters() and isinstance(v, Piece)
    ]
    return "/".join([f"{type(piece).__module__}:{type(piece).__qualname__}", *inside])


def dataset(
    setting: Setting, records: list[Records], sources: list, settings: dict[str, Any]
) -> xarray.Dataset:
    """The labelled data of one or several runs; a run that ended early is NaN from there on."""
    import xarray

    rounds = np.unique(np.concatenate([r.log.round for r in records]))
    kept = [(r, books(setting, r.log, s)) for r, s in zip(records, sources, strict=True)]
    variables: dict[str, Any] = {}
    several = settings["runs"] is not None
    front = ("run",) if several else ()

    def stacked(arrays: list[np.ndarray]) -> np.ndarray:
        return np.stack(arrays) if several else arrays[0]

    def spread(record: Records, values: np.ndarray) -> np.ndarray:
        out = np.full((len(rounds), *values.shape[1:]), np.nan)
        out[np.searchsorted(rounds, record.log.round)] = values
        return out

    variables["iterate"] = (
        (*front, "round", "coordinate"),
        stacked([spread(r, r.log.iterate) for r, _ in kept]),
    )
    variables["comparator"] = (
        (*front, "round", "coordinate"),
        stacked([spread(r, b.comparator) for r, b in kept]),
    )
    for name in BOOKS:
        variables[name] = (
            (*front, "round"),
            stacked([spread(r, getattr(b, name)) for r, b in kept]),
        )
    for name in settings.get("record", ()):
        values = stacked([spread(r, RECORDS[name](r.log)) for r, _ in kept])
        axes = (*front, "round", "coordinate")
        variables[name] = axes[: values.ndim], values
    variables["final_iterate"] = (*front, "coordinate"), stacked([r.final for r in records])
    data = xarray.Dataset(variables, coords={"round": rounds})
    for name, meaning in BOOKS.items():
        data[name].attrs["long_name"] = meaning
    for name, meaning in MEANINGS.items():
        if name in data:
            data[name].attrs["long_name"] = meaning
    data["iterate"].attrs["long_name"] = "x_t"
    data["comparator"].attrs["long_name"] = "the best fixed point of F for f_1 + ... + f_t"
    data["final_iterate"].attrs["long_name"] = "x_{T+1}"
    data.attrs = {
        "format": FORMAT,
        **{k: json.dumps(p.spec()) for k, p in zip(KINDS, setting, strict=True)},
        "classes": json.dumps({k: home(p) for k, p in zip(KINDS, setting, strict=True)}),
        "rounds": settings["rounds"],
        "rounds_played": max(r.played for r in records),
        "first_round": 1,
        "x1": settings["x1"],
        "seed": str(settings["seed"]),
        "random": int(setting.losses.random),
        "comparator": comparator(setting),
        "record": json.dumps(list(settings.get("record", ()))),
        "engine": settings["engine"],
        "seconds": sum(r.seconds for r in records),
        "versions": json.dumps(versions()),
    }
    return data


def load(path: str | Path) -> Play:
    """A play that was saved."""
    return Play(load_dataset(path, FORMAT))
