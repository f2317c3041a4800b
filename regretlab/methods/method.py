"""What every method gives: a memory, how it remembers a gradient, phi and psi."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from regretlab.pieces import Piece


class Method(Piece):
    """The learner's rule x_{t+1} = Proj_F(x_t - alpha_t phi_t / sqrt(psi_t)).

    Written for one coordinate, as plain arithmetic. A subclass declares its parameters, its
    `Memory` (a NamedTuple of numbers; defaults are the values before round 1, else 0), and

        remember(self, t, g, s) -> Memory     the memory after the gradient g of round t
        phi(self, t, s)                       the numerator, m_t
        psi(self, t, s)                       V_t; or root(self, t, s), which is sqrt(V_t)

    Each function receives what it names, out of t (the round), a (alpha_t), g (the gradient),
    x (x_t), s (the memory) and i (the coordinate). A definition has no loop; an `if` may only
    look at a choice.

    Source: Reddi, Kale & Kumar (2018), Algorithm 1, "Generic adaptive method setup".
    """

    kind: ClassVar[str] = "method"
    has_root: ClassVar[bool] = False

    class Memory(NamedTuple):
        nothing: float = 0.0

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.has_root = hasattr(cls, "root")

    def remember(self, s):
        return s

    def phi(self, t, s):
        raise NotImplementedError

    def psi(self, t, s):
        raise NotImplementedError

    @classmethod
    def blank(cls) -> NamedTuple:
        """The memory before round 1."""
        fields = cls.Memory._fields
        return cls.Memory(*(float(cls.Memory._field_defaults.get(f, 0.0)) for f in fields))
