"""proof_lines(play, theorem): every line of a proof along a play, and the slack between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regretlab.bounds.checking import check
from regretlab.bounds.common import alpha_of
from regretlab.bounds.decay import beta1s
from regretlab.bounds.stream import loss_at
from regretlab.errors import InvalidInput, nearest
from regretlab.philox import stream
from regretlab.theorems.proofs import no_middle, ogd, theorem4
from regretlab.theorems.proofs.line import Proof, Trace

if TYPE_CHECKING:
    import xarray

    from regretlab.result import Play

PROOFS: dict[str, Proof] = {
    "theorem4": theorem4.PROOF,
    "theorem4-no-middle": no_middle.PROOF,
    "ogd": ogd.PROOF,
}
MOST_ROUNDS = 10**5  # every one of them is looked at, in plain Python
ROUNDING = 1e-10


def proof_lines(play: Play, theorem: str = "theorem4") -> xarray.Dataset:
    """Every line of the proof of a bound, evaluated along a play at each recorded round t.

    A proof is a chain: the regret is at most the second line, that at most the third, and so on to
    the right-hand side. With x* the comparator at t, the Dataset has over (line, round)

        value    of the line, in units of the losses
        slack    what the line gives away: its value less that of the line before (NaN in the first)

    and, over line, `text`, `why` (why the line before is at most it) and `relation` ("=" or "<=").
    attrs["holds"] is 1 if no slack is negative, but for rounding.

    Parameters
    ----------
    play : a single run, of at most 100,000 rounds; it is played again with every round recorded.
    theorem : "theorem4" (AMSGrad, any beta1_t <= beta1, to the printed bound), "theorem4-no-middle"
        (beta1_t that never rises) or "ogd".

    Raises
    ------
    InvalidInput : not a proof that is known, several runs, too many rounds, or a play that does not
        meet the bound's assumptions.

    Source: Reddi, Kale & Kumar (2018), theorem 4; the chains are derived here, with another potential
    than the printed proof; Zinkevich (2003), theorem 1.
    """
    import xarray

    if theorem not in PROOFS:
        raise InvalidInput(f"{theorem} is not a proof that is known: {nearest(theorem, PROOFS)}")
    proof = PROOFS[theorem]
    at = play.data["round"].values.astype(int)
    trace = traced(play, proof)
    stars = play.data.comparator.values
    pairs = list(zip(at, stars, strict=True))
    values = np.array([[line.value(trace, t, u) for t, u in pairs] for line in proof.lines])
    slack = np.concatenate([np.full((1, len(at)), np.nan), np.diff(values, axis=0)])
    allowed = ROUNDING * (1 + np.abs(values).max(axis=0))
    equal = np.array([line.equal for line in proof.lines])
    sound = (slack[1:] >= -allowed) & (~equal[1:, None] | (slack[1:] <= allowed))
    data = xarray.Dataset(
        {
            "value": (("line", "round"), values),
            "slack": (("line", "round"), slack),
            "text": ("line", [line.text for line in proof.lines]),
            "why": ("line", [line.why for line in proof.lines]),
            "relation": ("line", ["=" if line.equal else "<=" for line in proof.lines]),
        },
        coords={"line": [line.name for line in proof.lines], "round": at},
    )
    told = {"theorem": theorem, "title": proof.bound.title, "source": proof.bound.source}
    pieces = {kind: play.spelled(kind) for kind in ("method", "losses", "set", "step")}
    data.attrs = told | pieces | {"holds": int(sound.all())}
    data["slack"].attrs["long_name"] = "value of the line less that of the line before"
    return data


def traced(play: Play, proof: Proof) -> Trace:
    """The play with every round of it, as a proof looks at it."""
    if "run" in play.data.dims:
        runs = play.data.sizes["run"]
        raise InvalidInput(f"the play has {runs} runs: a proof goes along one; play without runs.")
    T = int(play.data["round"][-1])
    if T > MOST_ROUNDS:
        raise InvalidInput(
            f"rounds={T} are more than {MOST_ROUNDS}: every one is needed; play fewer."
        )
    checked = check(play, proof.bound)
    if lacking := checked.broken_assumptions:
        why = "; ".join(f"{a.name} ({a.why})" for a in lacking)
        raise InvalidInput(f"{proof.bound.name} makes no claim here: it needs {why}.")
    setting = play.setting()
    data = play.replay(at=1, record=("m", "V"), progress=False).data
    source = stream(int(data.attrs["seed"]))
    x = data.iterate.values
    g = np.array([loss_at(setting.losses, source, t, x[t - 1])[1] for t in range(1, T + 1)])
    m, t = data.m.values, np.arange(1, T + 1)
    rates = alpha_of(setting) / np.sqrt(t)
    method, feasible = setting.method, setting.feasible
    return Trace(
        x=np.concatenate([x, data.final_iterate.values[None]]),
        g=g,
        m=m,
        before=np.concatenate([np.zeros_like(m[:1]), m[:-1]]),
        a=np.sqrt(data.V.values) / rates[:, None],
        rates=rates,
        b=beta1s(method, T) if method.has_beta1_t else np.zeros(T),
        regret=dict(zip(play.data["round"].values.astype(int), play.data.regret.values, strict=True)),
        alpha=alpha_of(setting),
        beta1=float(getattr(method, "beta1", 0.0)),
        beta2=float(getattr(method, "beta2", 0.0)),
        D=float(feasible.diameter()),
        D2=float(feasible.diameter2()),
    )  # fmt: skip
