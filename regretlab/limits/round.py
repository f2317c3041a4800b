"""One round of a method on a gradient, read over numbers and forms: the memory after it, and u_t.

u_t is what alpha_t is multiplied with: x_{t+1} is the projection of x_t - alpha_t u_t. It is read off
y_{t+1}, with x_t and alpha_t as names that are not known; a method whose y_{t+1} is not of that form,
or whose memory sees x_t, does not obey the rule by which its limit is known.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from regretlab.arithmetic import sqrt
from regretlab.errors import InvalidInput
from regretlab.limits.forms import ITERATE, STEP, UNKNOWN, Affine, Form, surely, zero
from regretlab.limits.numbers import with_forms
from regretlab.methods.method import Method
from regretlab.readings.over import Arithmetic, Reading

LATE = 2**200  # a round so late that what falls like a power of t is gone in any printed digit


UNKNOWN_ITERATE, UNKNOWN_STEP = Affine(0.0, {ITERATE: 1.0}), Affine(0.0, {STEP: 1.0})


class Late(int):
    """A round number among numbers: whole for clocks (t % k), a number for the rest (1 / t)."""

    number: Any = float

    @classmethod
    def among(cls, over: Arithmetic) -> type[Late]:
        return type("Late", (cls,), {"number": staticmethod(over.number)})

    def _of(self) -> Any:
        return self.number(int(self))

    def __truediv__(self, other: Any) -> Any:
        return self._of() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._of()

    def __mul__(self, other: Any) -> Any:
        return self._of() * other

    __rmul__ = __mul__


def learned(method, t, a, g, x, s, c):
    """What a round makes of the gradient g before it steps: what is left of g, memory and common."""
    z = 0.0
    if method.measures:
        z = method.measure(t=t, a=a, g=g, x=x, i=0)
    if method.bends:
        g = method.bend(t=t, a=a, g=g, x=x, z=z, n=0.0, i=0)
    if method.gathers:
        q = method.terms(t=t, a=a, g=g, x=x, s=s, c=c, i=0)
        c = method.gather(t=t, a=a, z=q, c=c, d=1)
    s = method.remember(t=t, a=a, g=g, x=x, s=s, c=c, i=0)
    return g, s, c


def parts(method, t, a, g, x, s, c):
    """phi_t and sqrt(psi_t)."""
    m, w = 0.0, 1.0
    if method.has_phi:
        m = method.phi(t=t, a=a, g=g, x=x, s=s, c=c, i=0)
        if method.has_root:
            w = method.root(t=t, a=a, g=g, x=x, s=s, c=c, i=0)
        else:
            w = sqrt(method.psi(t=t, a=a, g=g, x=x, s=s, c=c, i=0))
    return m, w


def loose(method: Method, reading: Reading, root: Any) -> Any:
    """A method over other numbers as `learned` and `parts` take one; their square root is `root`."""
    hooks = {hook: getattr(reading, hook) for hook in reading._functions}
    hooks.setdefault("remember", lambda s, **_: s)
    if not method.has_root and "psi" in hooks:  # a class may have a root that its options leave out
        psi = hooks["psi"]
        hooks["root"] = lambda **offered: root(psi(**offered))
    flags = {flag: getattr(method, flag) for flag in ("measures", "bends", "gathers", "has_phi")}
    return SimpleNamespace(**hooks, **flags, has_root=True)


class Round:
    """The rounds of a method, for one coordinate, over given numbers.

    A state is the flat list of what the method remembers, `Memory` first and `Common` after it.
    """

    def __init__(self, method: Method, over: Arithmetic, **parameters: Any) -> None:
        refuse_what_is_not_of_one_coordinate(method)
        self.method, self.over = method, over
        self.reading = Reading(method, with_forms(over), **parameters)
        self._start()

    def _start(self) -> None:
        self._loose = loose(self.method, self.reading, self.reading._over.primitives["sqrt"])
        self._begin = (self.reading.start(0.0), self.reading._as(self.method.shared(1)))
        self.start = list(flat(self._begin))

    def at(self, **parameters: Any) -> Round:
        """The same with other numbers for the parameters that were replaced."""
        other = copy.copy(self)
        other.reading = self.reading.at(**parameters)
        other._start()
        return other

    def learn(self, t: Any, g: Any, state: list[Any], x: Any, a: Any) -> tuple[Any, Any, dict]:
        """Memory and common after round t with gradient g, and what its functions are offered after it."""
        s, c = filled(self._begin, iter(state))
        g, s, c = learned(self._loose, t, a, g, x, s, c)
        return s, c, {"t": t, "a": a, "g": g, "x": x, "s": s, "c": c}

    def remembered(self, t: Any, g: Any, state: list[Any]) -> list[Any]:
        """The state after round t with gradient g."""
        s, c, _ = self.learn(t, g, state, UNKNOWN_ITERATE, UNKNOWN_STEP)
        return list(flat((s, c)))

    def after(
        self, t: Any, g: Any, state: list[Any], x: Any = UNKNOWN_ITERATE, a: Any = UNKNOWN_STEP
    ) -> tuple[list[Any], Any]:
        """The state after round t with gradient g, and y_{t+1}; x is x_t and a alpha_t."""
        s, c, offered = self.learn(t, g, state, x, a)
        m, w = parts(self._loose, **offered)
        return list(flat((s, c))), self.reading.move(**offered, i=0, m=m, w=w)

    def moved(self, t: Any, g: Any, state: list[Any]) -> tuple[list[Any], Any]:
        """The state after round t, and u_t; UNKNOWN if y_{t+1} has another form."""
        if type(self.method).move is not Method.move:
            state, y = self.after(t, g, state)
            return state, update(y)
        s, c, offered = self.learn(t, g, state, UNKNOWN_ITERATE, UNKNOWN_STEP)
        m, w = parts(self._loose, **offered)
        u = self.reading._over.primitives["quotient"](m, w)  # y = x - a u, without x and a
        return list(flat((s, c))), UNKNOWN if isinstance(u, Form) else u


def update(y: Any) -> Any:
    """u with y = x - a u, a number; UNKNOWN if y has another form."""
    if not isinstance(y, Affine) or not zero(y.offset):
        return UNKNOWN
    slopes = dict(y.slopes)
    x = slopes.pop(ITERATE, None)
    if x is None or isinstance(x, Form) or not surely(x == 1):
        return UNKNOWN
    u = slopes.pop(STEP, 0.0)
    return UNKNOWN if slopes else -u


def refuse_what_is_not_of_one_coordinate(method: Method) -> None:
    """InvalidInput for methods whose rounds are not one coordinate's arithmetic."""
    why = ""
    if method.shape == "vector":
        why = "sees all coordinates at once, and may turn them"
    elif method.random:
        why = "draws random numbers"
    elif method.geometry == "entropy":
        why = "moves in the dual space of the simplex"
    elif method.settles:
        why = "moves the iterate once more after the projection"
    if why:
        raise InvalidInput(
            f"{method.name} {why}: its limit is not known in closed form; play it instead."
        )


def flat(memory: Any) -> Iterator[Any]:
    """The numbers of a memory, in order."""
    if isinstance(memory, tuple):
        for value in memory:
            yield from flat(value)
    else:
        yield memory


def filled(template: Any, values: Iterator[Any]) -> Any:
    """A memory like the template, of the values."""
    if not isinstance(template, tuple):
        return next(values)
    inside = [filled(v, values) for v in template]
    return type(template)(*inside) if hasattr(template, "_fields") else tuple(inside)
