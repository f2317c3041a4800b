"""What every wrapper gives: all that the method inside gives, until the wrapper says otherwise."""

from __future__ import annotations

import functools
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.methods.adam import Adam
from regretlab.methods.method import Method
from regretlab.parameters import piece
from regretlab.receiving import Receiving
from regretlab.schedules import Schedule


class Wrapper(Method):
    """A method around another one, `self.inner`, which is offered all that it may name.

    Written on the command line as `lookahead:k=5/adam:beta1=0.9`; Adam is inside by default. What
    changes the gradient acts from the outside in: `clip/gradient-noise/adam` clips, adds noise, and
    hands on to Adam.
    """

    abstract = True
    method: Method = piece("the method inside", default=Adam)

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.method, Method):
            raise InvalidInput(
                f"method={self.method!r} is not a method: {self.name} wraps an instance, such as Adam()."
            )

    @functools.cached_property
    def inner(self) -> Any:
        """The method inside, as it receives what it names."""
        return Receiving(self.method)

    def refuse(self, why: str, remedy: str) -> InvalidInput:
        """What to raise where a method cannot stand inside."""
        return InvalidInput(f"{self.method.name} {why}: {self.name} {remedy}.")

    def start(self, x, x1, d, i):
        return self.inner.start(x=x, x1=x1, d=d, i=i)

    def starting(self) -> tuple[str, ...]:
        own = type(self).start is not Wrapper.start
        return self.names("start") if own else self.method.starting()

    def share(self, d):
        return self.inner.share(d=d)

    def look(self, t, a, x, s, c, i):
        return self.inner.look(t=t, a=a, x=x, s=s, c=c, i=i)

    def measure(self, t, a, g, x, i):
        return self.inner.measure(t=t, a=a, g=g, x=x, i=i)

    def bend(self, t, a, g, x, z, n, i):
        return self.inner.bend(t=t, a=a, g=g, x=x, z=z, n=n, i=i)

    def terms(self, t, a, g, x, s, c, i):
        return self.inner.terms(t=t, a=a, g=g, x=x, s=s, c=c, i=i)

    def gather(self, t, a, z, c, d):
        return self.inner.gather(t=t, a=a, z=z, c=c, d=d)

    def remember(self, t, a, g, x, s, c, i):
        return self.inner.remember(t=t, a=a, g=g, x=x, s=s, c=c, i=i)

    def phi(self, t, a, g, x, s, c, i):
        return self.inner.phi(t=t, a=a, g=g, x=x, s=s, c=c, i=i)

    def psi(self, t, a, g, x, s, c, i):
        return self.inner.psi(t=t, a=a, g=g, x=x, s=s, c=c, i=i)

    def root(self, t, a, g, x, s, c, i):
        return self.inner.root(t=t, a=a, g=g, x=x, s=s, c=c, i=i)

    def move(self, t, a, g, x, m, w, s, c, i):
        return self.inner.move(t=t, a=a, g=g, x=x, m=m, w=w, s=s, c=c, i=i)

    def settle(self, t, a, x, s, c, i):
        return self.inner.settle(t=t, a=a, x=x, s=s, c=c, i=i)

    def metric(self, t, s):
        return self.inner.metric(t=t, s=s)

    def defines(self, *hooks: str) -> bool:
        return self.adds(*hooks) or self.method.defines(*hooks)

    def adds(self, *hooks: str) -> bool:
        """Does the wrapper do one of these itself? The other hooks are only passed on."""
        added = {"bend", "measure", "gather", "settle"} & set(hooks)
        return any(getattr(type(self), h) is not getattr(Wrapper, h) for h in added)

    # What the method inside says of itself, which may depend on its options.

    @property
    def has_phi(self) -> bool:
        return self.method.has_phi

    @property
    def has_root(self) -> bool:
        return self.method.has_root

    @property
    def looks(self) -> bool:
        return self.method.looks

    @property
    def bends(self) -> bool:
        return self.adds("bend") or self.method.bends

    @property
    def measures(self) -> bool:
        return self.adds("measure") or self.method.measures

    @property
    def gathers(self) -> bool:
        return self.adds("gather") or self.method.gathers

    @property
    def settles(self) -> bool:
        return self.adds("settle") or self.method.settles

    @property
    def cycle(self) -> int:  # type: ignore[override]
        return self.method.cycle

    @property
    def random(self) -> bool:
        return self.method.random  # to name n, in order to hand it on, is not to draw

    @property
    def shape(self) -> str:  # type: ignore[override]
        return self.method.shape

    @property
    def geometry(self) -> str:  # type: ignore[override]
        return self.method.geometry

    @property
    def default_step(self) -> Schedule:  # type: ignore[override]
        return self.method.default_step

    @property
    def Common(self):  # type: ignore[override]
        return self.method.Common

    @property
    def Terms(self):  # type: ignore[override]
        return self.method.Terms
