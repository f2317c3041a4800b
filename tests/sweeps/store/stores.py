"""A small sweep to write, and what tells two stores apart. Imports no more than writing needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from regretlab.sweeps.store.layout import Layout, Variable
from regretlab.sweeps.store.store import Store

SPEC = {"method": {"name": "adam"}, "beta2": {"start": 0.9, "stop": 0.999, "n": 5}, "rounds": 3}
LAYOUT = Layout(
    dims={
        "beta2": np.linspace(0.9, 0.999, 5),
        "method": np.array(["adam", "amsgrad"]),
        "round": np.array([1, 10, 100]),
    },
    variables={
        "drift": Variable(("beta2", "method"), attrs={"long_name": "drift"}),
        "regret": Variable(("beta2", "method", "round")),
        "verdict": Variable(("beta2", "method"), str),
    },
    chunk={"beta2": 2, "method": 1},
    attrs={"title": "a sweep"},
    labels={"beta2": {"long_name": "decay of the second moment"}},
)

SMALL = Layout(  # two blocks, two variables
    dims={"beta2": LAYOUT.dims["beta2"][:3]},
    variables={"drift": Variable(("beta2",)), "verdict": Variable(("beta2",), str)},
    chunk={"beta2": 2},
)
MANY = Layout(  # more time in the blocks than in what comes before them
    dims={"beta2": np.linspace(0.0, 0.999, 25)}, variables=SMALL.variables, chunk={"beta2": 2}
)


def block(k: int, layout: Layout = LAYOUT) -> dict[str, np.ndarray]:
    """What block k holds; like a play, it depends on nothing but its place."""
    draw = np.random.default_rng(k)
    out = {}
    for name in layout.variables:
        shape = layout.shape(name, k)
        words = name == "verdict"
        out[name] = np.full(shape, f"undecided, ±{k}") if words else draw.normal(size=shape)
    return out


def finish(path: Path, layout: Layout = LAYOUT, threads: int = 1) -> list[int]:
    """Sweep to the end, resuming whatever is there; the blocks that were computed."""
    with Store.open(path, layout, SPEC, resume=True) as store:
        computed = store.pending()
        if threads == 1:
            for k in computed:
                store.write(k, block(k, layout))
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda k: store.write(k, block(k, layout)), computed))
    return computed


def tree(path: Path) -> dict[str, bytes | None]:
    """Every file's bytes, and the folders, by relative path."""
    return {
        str(p.relative_to(path)): p.read_bytes() if p.is_file() else None for p in path.rglob("*")
    }
