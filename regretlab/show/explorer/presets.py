"""Settings worth seeing, each with the sentence that says what to look for.

The paper is Reddi, Kale & Kumar (2018).
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Preset(NamedTuple):
    """A title, what to look for, and what differs from the page's start."""

    title: str
    look: str
    settings: dict[str, Any]


THREE = {"C": 3.0, "small": 1.0, "period": 3}
PRESETS = {
    "online": Preset(
        "The paper's online example",
        "1010 x once in 101 rounds, else −10 x. Drag β₂ up past 0.9995: the limit turns round, "
        "and the page says how long that takes to see.",
        {},
    ),
    "theorem1": Preset(
        "Theorem 1: period 3",
        "3 x, −x, −x with β₁ = 0 and β₂ = 1/(1 + C²) = 0.1: the step after the big gradient is cut down.",
        THREE | {"beta1": 0.0, "beta2": 0.1},
    ),
    "stochastic": Preset(
        "The paper's stochastic example",
        "1010 x with probability 0.01, else −10 x: the same failure with nothing periodic in it.",
        {"losses": "spike-iid", "T": 1e6},
    ),
    "theorem6": Preset(
        "Theorem 6: ε does not save Adam",
        "β₂ = 2/((1 + C²)C²) = 1/45 and ε = 1 inside the root: as bad as without it.",
        THREE
        | {"a": "adam:eps_place=inside", "beta1": 0.0, "beta2": 1 / 45, "eps": 1.0, "x1": 1.0},
    ),
    "momentum": Preset(
        "Momentum helps, on a given stream",
        "On 3 x, −x, −x no β₂ fails once β₁ > (√3.4 − 1)/2 = 0.422: RMSProp (no momentum) fails, Adam does not.",
        THREE | {"b": "rmsprop", "beta1": 0.5, "beta2": 0.1},
    ),
    "re-entrant": Preset(
        "A β₂ that is bad only in the middle",
        "C = P = 10 and β₁ = 0.9: Adam fails for β₂ from 0.065 to 0.775, and neither below nor above.",
        {"C": 10.0, "small": 1.0, "period": 10, "beta1": 0.9, "beta2": 0.5},
    ),
    "mirror": Preset(
        "A mirror adversary breaks ADOPT",
        "90 x once in 101 rounds, else −x: now the small gradients should win, and ADOPT goes to −1.",
        {"C": 90.0, "small": 1.0, "a": "adopt", "beta2": 0.99},
    ),
    "adabound": Preset(
        "AdaBound's slow truth",
        "AdaBound's bounds close in, so it never fails in the end; but the end is far: look at T = 10⁵, then at 10⁷.",
        {
            "C": 101.0,
            "small": 1.0,
            "b": "adabound:alpha=1",
            "beta2": 0.999,
            "step": "own",
        },
    ),
    "sgd": Preset(
        "SGD, for comparison",
        "SGD is m = g, V = 1: its average regret vanishes, if slowly at α = 0.5, where one gradient of 1010 "
        "throws x from wall to wall. Try α = 0.001.",
        {"b": "sgd", "T": 1e7},
    ),
}
# Methods that presets need beside every method with its defaults.
VARIANTS = (
    "adam:convention=pytorch",
    "adam:eps_place=inside",
    "adabound:alpha=1",
    "nag:form=outside",
)
