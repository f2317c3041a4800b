"""What every method gives: a memory, how it remembers a gradient, phi and psi."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import Field, field
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from regretlab.arithmetic import quotient
from regretlab.errors import InvalidInput
from regretlab.pieces import Piece, spelled
from regretlab.receiving import Receiving, named
from regretlab.schedules import InverseSqrt, Schedule


class Method(Piece):
    """The learner's rule x_{t+1} = Proj_F(x_t - alpha_t phi_t / sqrt(psi_t)).

    Written for one coordinate, as plain arithmetic. A subclass declares its parameters, its
    `Memory` (a NamedTuple of numbers; defaults are the values before round 1, else 0), and

        remember(self, t, g, s) -> Memory     the memory after the gradient g of round t
        phi(self, t, s)                       the numerator, m_t
        psi(self, t, s)                       V_t; or root(self, t, s), which is sqrt(V_t)

    Each function receives what it names, out of t (the round), a (alpha_t), g (the gradient),
    x (x_t), s (the memory), c (what the coordinates share) and i (the coordinate). A definition has
    no loop; an `if` may only look at a choice or a count.

    Where a method departs from Algorithm 1 it defines more of these, and says so in `departs`:

        start(self, x)                the memory before round 1; x is x_1
        look(self, x, s) -> y         where the gradient is taken, in place of x_t
        bend(self, g, z, n) -> g      the gradient that is learnt from; n is a draw from N(0, 1)
        measure(self, g)              summed over the coordinates it is the z of `bend`
        terms(self, g, x, s)          a `Terms`, summed over the coordinates to the z of `gather`
        gather(self, z, c, d)         the `Common` of the d coordinates, from last round's c
        share(self, d)                the `Common` before round 1
        move(self, a, x, m, w, s)     y_{t+1}; x_t - alpha_t m / w, for m = phi and w = sqrt(psi)
        settle(self, x, s) -> x, s    after the projection of y_{t+1} to x

    `geometry` is the metric of the projection: "weights" sqrt(V), "euclidean", "entropy" (y is a
    point of the dual space, which the set maps back) or "matrix" (see `metric`). With
    `shape = "vector"` the functions see whole arrays, and `move` and `start` must be given.

    Source: Reddi, Kale & Kumar (2018), Algorithm 1, "Generic adaptive method setup".
    """

    kind: ClassVar[str] = "method"
    shape: ClassVar[str] = "coordinate"
    geometry: ClassVar[str] = "weights"
    departs: ClassVar[str] = ""
    default_step: ClassVar[Schedule] = InverseSqrt()
    # library -> the options with which the method is that library's
    conventions: ClassVar[dict[str, dict[str, Any]]] = {}

    cycle = 1  # rounds after which what a definition makes of t itself (t % k) repeats
    convention: str = "paper"
    # why a step may be no number, and what to do about it
    unsound: ClassVar[str] = "V_t is 0 or negative, or it overflows; scale the losses"

    class Memory(NamedTuple):
        nothing: float = 0.0

    class Common(NamedTuple):
        nothing: float = 0.0

    class Terms(NamedTuple):
        nothing: float = 0.0

    def __init_subclass__(cls, **options: Any) -> None:
        words = {"paper": "the defaults"} | {
            library: ", ".join(f"{name}={spelled(v)}" for name, v in sets.items()) or "the same"
            for library, sets in cls.conventions.items()
        }
        doc = {"kind": "choice", "doc": "whose options are the defaults", "among": words}
        cls.__annotations__ = inspect.get_annotations(cls) | {"convention": "str"}
        cls.convention = field(default="paper", kw_only=True, metadata=doc)
        super().__init_subclass__(**options)
        made: Callable = cls.__init__

        @functools.wraps(made)
        def with_convention(self: Any, *values: Any, **settings: Any) -> None:
            given = {*list(cls.parameters())[: len(values)], *settings}
            of_library = cls.of_convention(settings.get("convention", "paper"))
            made(
                self, *values, **settings, **{k: v for k, v in of_library.items() if k not in given}
            )

        cls.__init__ = with_convention  # type: ignore[method-assign]

    @classmethod
    def of_convention(cls, word: Any) -> dict[str, Any]:
        """The options that a convention sets, or InvalidInput with those that there are."""
        known = {"paper": {}} | cls.conventions
        if not isinstance(word, str) or word not in known:
            have = ", ".join(known)
            raise InvalidInput(
                f"convention={word} is not one of {cls.name}'s, which has: {have}; choose one of them."
            )
        return known[word]

    @classmethod
    def parameters(cls) -> dict[str, Field]:
        known = super().parameters()
        convention = known.pop("convention")
        return known | {"convention": convention}

    def unaltered(self) -> Self:
        return type(self)(convention=self.convention)  # pyright: ignore[reportCallIssue]

    def brief(self) -> str:
        text = super().brief()
        if self.convention == "paper":
            return text
        head, slash, rest = text.partition("/")
        return f"{head}{',' if ':' in head else ':'}convention={self.convention}{slash}{rest}"

    def start(self):
        return self.Memory(
            *(float(self.Memory._field_defaults.get(f, 0.0)) for f in self.Memory._fields)
        )

    def share(self, d):
        return self.Common()

    def at_start(self, x: np.ndarray, x1: np.ndarray | None = None) -> Any:
        """The memory of the first coordinate before round 1, or of all if it sees them all.

        x is the first iterate in the method's own geometry, x1 the same in F.
        """
        x1 = x if x1 is None else x1
        first = (x, x1) if self.shape == "vector" else (x[0], x1[0])
        return Receiving(self).start(x=first[0], x1=first[1], d=len(x), i=0)

    def starting(self) -> tuple[str, ...]:
        """What `start` names."""
        return self.names("start")

    def shared(self, d: int) -> Any:
        """What the coordinates share before round 1."""
        return Receiving(self).share(d=d)

    def remember(self, s):
        return s

    def phi(self, t, s):
        raise NotImplementedError

    def psi(self, t, s):
        raise NotImplementedError

    def beta1_t(self, t, s):
        """The first moment's decay in round t, from the memory before it: theorems name it."""
        return 0.0

    def look(self, x):
        return x

    def bend(self, g):
        return g

    def move(self, a, x, m, w):
        return x - a * quotient(m, w)

    def settle(self, x, s):
        return x, s

    # What the loop asks before it plays, so that a plain method pays for nothing it has not:

    def defines(self, *hooks: str) -> bool:
        """Does the class define one of these, beyond what this base does?"""
        return any(getattr(type(self), h, None) is not getattr(Method, h, None) for h in hooks)

    def but(self, **changes: Any) -> Self:
        """The same method with some parameters changed; a new convention brings its own options."""
        if "convention" not in changes:
            return super().but(**changes)
        plain = self.unaltered().spec()
        kept = {
            n: getattr(self, n) for n, v in self.spec().items() if n != "name" and v != plain[n]
        }
        return type(self)(**(kept | changes))

    @property
    def has_phi(self) -> bool:
        return self.defines("phi")

    @property
    def has_root(self) -> bool:
        return self.defines("root")

    @property
    def has_beta1_t(self) -> bool:
        return "beta1_decay" in self.parameters()

    @property
    def looks(self) -> bool:
        return self.defines("look")

    @property
    def bends(self) -> bool:
        return self.defines("bend")

    @property
    def measures(self) -> bool:
        return self.defines("measure")

    @property
    def gathers(self) -> bool:
        return self.defines("gather")

    @property
    def settles(self) -> bool:
        return self.defines("settle")

    @property
    def random(self) -> bool:
        return self.bends and "n" in self.names("bend")

    @classmethod
    def names(cls, hook: str) -> tuple[str, ...]:
        """What one of the method's functions names, self left out."""
        written = getattr(cls, hook, None)
        return named(written)[1:] if written else ()
