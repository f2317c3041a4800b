"""Many settings at once: one kernel that plays a block of a grid, to the bits of single plays.

The kernel is the round that `one_round` traces, laid out by `lanes`. All that changes lies in one
array of doubles, so that a compiler sees that nothing overlaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from regretlab import algorithm1
from regretlab.engines import compiled
from regretlab.engines.engine import OFF, Setting
from regretlab.errors import CannotCompile
from regretlab.pieces import Piece
from regretlab.readings.lanes import ALIVE, Axes, Lanes, Slot, laid_out
from regretlab.readings.one_round import Round, traced
from regretlab.readings.tracing import Node, below
from regretlab.receiving import Receiving

WIDE = '''
@intrinsic
def wide(context):
    """The widest registers for this function: its divisions and roots gain what their clock may lose."""
    def codegen(context, builder, signature, arguments):
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_constant(types.int64, 0)
    return types.int64(), codegen
'''

BOOKS = (
    "x_0", "ledger_loss_0_0", "ledger_loss_1_0", "ledger_gradients_0_0", "ledger_gradients_1_0"
)  # fmt: skip
OF_RANDOM = ("ledger_iterates_0_0", "ledger_iterates_1_0")
FIRST = {"x_0": None, ALIVE: 1.0}  # all else is 0 before round 1, if the method does not say more


class Block(NamedTuple):
    """A block under way."""

    floats: tuple
    ints: tuple
    uniform: np.ndarray
    whole: np.ndarray
    tables: tuple


class Batch:
    """Plays of one setting's pieces over a block of a grid, some of whose numbers lie on its axes.

    `axes` says on which axes of the block a number lies: {"method.beta1": (0,), "x_0": (1,)}; the
    numbers of a piece are `role.name`, those of a draw `source.key_low`, `source.key_high` and
    `source.run`. CannotCompile says why there is no such kernel: losses or sets that see whole
    arrays, more than one dimension.
    """

    def __init__(self, setting: Setting, axes: Mapping[str, Axes], shape: tuple[int, ...]) -> None:
        if not compiled.one_coordinate(*setting):
            raise CannotCompile("a definition sees whole arrays, or d > 1.")
        if setting.method.geometry == "entropy":
            raise CannotCompile("the iterates of an entropy are kept in the dual space.")
        if setting.feasible.in_python:
            raise CannotCompile(setting.feasible.in_python)
        self.setting, self.axes, self.shape = setting, dict(axes), shape
        pieces: dict[str, Piece] = {**setting._asdict(), "record": OFF}
        module = compiled.prepared(pieces)
        self.round: Round = traced(algorithm1.rounds, pieces, module, compiled.HELD)
        self.wanted = BOOKS + (OF_RANDOM if setting.losses.random else ())
        self.lanes: Lanes = laid_out(self.round, self.axes, shape, self.wanted)
        text = f"{compiled.HEAD}{WIDE}\n{compiled.CACHED}\n{self.lanes.text}"
        self.kernel = compiled.kept(text + "\n", "rounds")
        self.call: Any = partial(compiled.first_call, self.kernel)

    def begin(self, values: Mapping[str, Any]) -> Block:
        """A block before round 1; `values` has an array for every number that lies on axes, of the
        shape of these, and a number for those of x_0 and source that do not."""
        lanes = self.lanes
        given = numbers(self.setting) | dict(values)
        block = Block(
            tuple(map(np.zeros, lanes.sizes[0])),
            tuple(np.zeros(size, np.int64) for size in lanes.sizes[1]),
            np.array([given[n] for n in lanes.uniform], dtype=np.float64),
            np.array([given[n] for n in lanes.whole], dtype=np.int64),
            tuple(np.array(given[n]) for n in lanes.tables),
        )
        for slots, arrays in ((lanes.floats, block.floats), (lanes.ints, block.ints)):
            for name, slot in slots.items():
                array = arrays[slot.array]
                if name in lanes.states:
                    self.put(array, slot, self.first(name, given), slot.axes)
                elif name in given:
                    self.put(array, slot, given[name], self.axes.get(name, ()))
        if self.call is not self.kernel:  # compiled, or read from disk, by now
            self.call(*block, 1, 0)
            self.call = self.kernel
        return block

    def play(self, block: Block, first: int, last: int) -> None:
        """Play rounds first .. last in place."""
        self.call(*block, first, last)

    def state(self, block: Block, name: str) -> np.ndarray:
        """A state over the whole block."""
        slot = self.lanes.floats[name]
        values = block.floats[slot.array][slot.offset : slot.offset + slot.count]
        return np.array(np.broadcast_to(self.spread(values, slot.axes), self.shape))

    def spread(self, values: Any, axes: Axes) -> np.ndarray:
        """An array over some axes as one that broadcasts over the block."""
        return np.reshape(values, [n if k in axes else 1 for k, n in enumerate(self.shape)])

    def put(self, array: np.ndarray, slot: Slot, values: Any, lie: Axes) -> None:
        """Store values that lie on some axes into a slot, which may lie on more."""
        over = tuple(self.shape[a] for a in slot.axes)
        spread = np.reshape(values, [self.shape[a] if a in lie else 1 for a in slot.axes])
        array[slot.offset : slot.offset + slot.count] = np.broadcast_to(spread, over).ravel()

    def first(self, name: str, given: Mapping[str, Any]) -> Any:
        """A state before round 1, over its slot's axes."""
        slot = self.lanes.floats[name]
        if name == "x_0":
            lie = self.axes.get("x_0", ())
            spread = np.reshape(given["x_0"], [self.shape[a] if a in lie else 1 for a in slot.axes])
        elif name in self.round.first:
            spread = evaluated(self.round.first[name], given, self.axes, slot.axes, self.shape)
        else:
            spread = FIRST.get(name, 0.0)
        return np.broadcast_to(spread, tuple(self.shape[a] for a in slot.axes))


def numbers(setting: Setting) -> dict[str, Any]:
    """Every number of the pieces, as `role.name`."""
    out: dict[str, Any] = {}

    def add(piece: Piece, role: str) -> None:
        out.update({f"{role}.{name}": value for name, value in piece.numbers().items()})
        if isinstance(inside := getattr(piece, "inner", None), Receiving):
            add(inside._piece, f"{role}.inner")

    for role, piece in setting._asdict().items():
        add(piece, role)
    return out


def evaluated(
    root: Node, given: Mapping[str, Any], axes: Mapping[str, Axes], over: Axes, shape: Axes
) -> np.ndarray:
    """A node over some axes of a block, in Python's own arithmetic, point by point."""
    made = list(below([root]))
    leaves = [n for n in made if n.op == "leaf"]
    whole = tuple(shape[a] for a in over)
    spread = [
        np.broadcast_to(
            np.reshape(given[n.args[0]], [shape[a] if a in axes.get(n.args[0], ()) else 1 for a in over]),
            whole,
        )
        for n in leaves
    ]  # fmt: skip
    out = np.empty(whole)
    for place in np.ndindex(whole):
        known = {n: a[place].item() for n, a in zip(leaves, spread, strict=True)}
        for node in made:
            if node not in known:
                known[node] = applied(node, [known.get(a, a) for a in node.args])
        out[place] = known[root]
    return out


def applied(node: Node, a: list) -> Any:
    """One operation on numbers."""
    import math
    import operator as o

    simple: dict[str, Any] = {
        "+": o.add, "-": o.sub, "*": o.mul, "/": o.truediv, "//": o.floordiv, "%": o.mod, "**": o.pow,
        "<": o.lt, "<=": o.le, ">": o.gt, ">=": o.ge, "==": o.eq, "!=": o.ne, "&": o.and_, "|": o.or_,
        "neg": o.neg, "not": o.not_, "abs": abs, "float": float, "int": int,
        "select": lambda c, p, q: p if c else q, "constant": lambda value: value,
    }  # fmt: skip
    if node.op.startswith("math."):
        return getattr(math, node.op[5:])(*a)
    if node.op not in simple:
        raise CannotCompile(f"a memory begins with {node.op}.")
    return simple[node.op](*a)
