"""What a sweep's store holds: named axes, variables on them, and the blocks they are cut into."""

from __future__ import annotations

import copy
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from regretlab.errors import InvalidInput

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]{0,99}")
MARKS = "marks"  # the folder of the finished blocks' marks, beside the variables'
KINDS = "float64, float32, a whole-number dtype, bool or str"
UNIT = 4096  # bytes that the smallest file occupies on common file systems
OWN_ATTRIBUTES = ("format", "spec", "layout")


@dataclass(frozen=True)
class Variable:
    """An array on the grid: `dims` has every grid dimension, in order, then the extra ones.

    `fill` is what cells hold that are not computed yet: NaN, or 0, False and "" in dtypes without it.
    """

    dims: tuple[str, ...]
    dtype: Any = "float64"
    attrs: Mapping[str, Any] = field(default_factory=dict)
    fill: Any = None


@dataclass(frozen=True)
class Layout:
    """Axes, variables and blocks.

    `dims`: the coordinate values by dimension, each (n,) with n >= 1, numbers or strings;
    `chunk`: the length of a block along each grid dimension, >= 1 (the last block of a dimension may
    be shorter); a dimension without one is extra, such as `round`, and whole in every block;
    `attrs`, `labels`: JSON attributes of the whole and of the coordinates.
    Raises InvalidInput for whatever a Zarr store cannot hold.
    """

    dims: Mapping[str, np.ndarray]
    variables: Mapping[str, Variable]
    chunk: Mapping[str, int]
    attrs: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (*self.dims, *self.variables):
            if not NAME.fullmatch(name) or name == MARKS:
                rule = "begin with a letter, go on with letters, digits and _.+-"
                raise InvalidInput(f"{name!r} cannot name an array of the store: {rule}.")
        if both := set(self.dims) & set(self.variables):
            raise InvalidInput(f"{min(both)} is a dimension and a variable: rename the variable.")
        coordinates = {name: plain(name, values) for name, values in self.dims.items()}
        object.__setattr__(self, "dims", coordinates)
        for name, values in coordinates.items():
            if values.ndim != 1 or not len(values):
                what = f"the coordinates of {name} have shape {values.shape}"
                raise InvalidInput(f"{what}: give a list with at least one value.")
        for name, length in self.chunk.items():
            whole = isinstance(length, (int, np.integer)) and not isinstance(length, bool)
            if name not in self.dims or not whole or length < 1:
                rule = "a block has a whole length >= 1 along a dimension of the grid"
                raise InvalidInput(f"chunk[{name}]={length} is no length of a block: {rule}.")
        if not self.variables:
            raise InvalidInput("the store has no variables: give at least one.")
        for name, variable in self.variables.items():
            self._check(name, variable)
        if taken := [name for name in OWN_ATTRIBUTES if name in self.attrs]:
            raise InvalidInput(f"the attribute {taken[0]} is the store's own: choose another name.")
        canonical([self.attrs, self.labels, [v.attrs for v in self.variables.values()]], "attrs")

    def _check(self, name: str, variable: Variable) -> None:
        if unknown := [d for d in variable.dims if d not in self.dims]:
            raise InvalidInput(f"{name} has the dimension {unknown[0]}: give its coordinates.")
        front = variable.dims[: len(self.grid)]
        if front != self.grid or len(set(variable.dims)) < len(variable.dims):
            what = f"{name} has the dimensions {', '.join(variable.dims)}"
            raise InvalidInput(f"{what}: it must begin with the grid's, {', '.join(self.grid)}.")
        self.dtype(name)

    @cached_property
    def grid(self) -> tuple[str, ...]:
        """The grid's dimensions, in order."""
        return tuple(d for d in self.dims if d in self.chunk)

    def dtype(self, name: str) -> np.dtype:
        """The dtype of a variable or coordinate, as the store has it; strings are `StringDType`'s kind."""
        given = self.dims[name].dtype if name in self.dims else self.variables[name].dtype
        return storable(name, given)

    def fill(self, name: str) -> Any:
        """What a variable's cells hold until they are computed."""
        given = self.variables[name].fill if name in self.variables else None
        dtype = self.dtype(name)
        if given is not None:
            return np.asarray(given, dtype).item()
        return {"f": math.nan, "b": False, "O": ""}.get(dtype.kind, 0)

    def lengths(self, name: str) -> tuple[int, ...]:
        """A variable's chunk, in cells along each of its dimensions."""
        sizes = {d: int(self.chunk.get(d, len(values))) for d, values in self.dims.items()}
        return tuple(sizes[d] for d in self.variables[name].dims)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many blocks there are along each dimension of the grid."""
        return tuple(-(-len(self.dims[d]) // int(self.chunk[d])) for d in self.grid)

    @property
    def blocks(self) -> int:
        """How many blocks there are, numbered from 0 with the last dimension running fastest."""
        return math.prod(self.counts)

    def index(self, k: int) -> tuple[int, ...]:
        """The place of block k along each dimension of the grid."""
        if not 0 <= k < self.blocks:
            raise InvalidInput(f"block {k} is outside [0, {self.blocks}): there is no such block.")
        return tuple(int(i) for i in np.unravel_index(k, self.counts)) if self.counts else ()

    def slices(self, k: int) -> dict[str, slice]:
        """Block k's stretch of each dimension of the grid."""
        out = {}
        for d, i in zip(self.grid, self.index(k), strict=True):
            length = int(self.chunk[d])
            out[d] = slice(i * length, min((i + 1) * length, len(self.dims[d])))
        return out

    def shape(self, name: str, k: int) -> tuple[int, ...]:
        """The shape of a variable's part in block k."""
        cut = self.slices(k)
        whole = {d: slice(0, len(values)) for d, values in self.dims.items()} | cut
        return tuple(whole[d].stop - whole[d].start for d in self.variables[name].dims)

    def key(self, name: str, k: int) -> str:
        """Where a variable's part in block k is kept: a file's name relative to the store."""
        extra = [0] * (len(self.variables[name].dims) - len(self.grid))
        return f"{name}/" + ".".join(map(str, ["c", *self.index(k), *extra]))

    def keys(self) -> dict[str, int]:
        """The block that each chunk file belongs to."""
        places = product(*(range(n) for n in self.counts))
        ends = {n: ".0" * (len(v.dims) - len(self.grid)) for n, v in self.variables.items()}
        heads = [".".join(map(str, ("c", *place))) for place in places]
        return {f"{n}/{head}{end}": k for n, end in ends.items() for k, head in enumerate(heads)}

    def bare(self) -> Layout:
        """The same blocks without the values of the coordinates: small enough to send with a task."""
        out = copy.copy(self)
        object.__setattr__(out, "dims", {d: range(len(v)) for d, v in self.dims.items()})
        return out

    def document(self) -> dict[str, Any]:
        """What distinguishes layouts, as JSON; of the coordinates their digests."""
        axes: dict[str, dict[str, Any]] = {}
        for d, values in self.dims.items():
            text = json.dumps(values.tolist())
            digest = hashlib.sha256(text.encode()).hexdigest()
            axes[d] = {"length": len(values), "dtype": kind_of(values.dtype), "values": digest}
            if d in self.labels:
                axes[d]["attrs"] = dict(self.labels[d])
        variables = {}
        for name, v in self.variables.items():
            kind, fill = kind_of(self.dtype(name)), str(self.fill(name))
            of = {"dims": list(v.dims), "dtype": kind, "fill": fill, "attrs": dict(v.attrs)}
            variables[name] = of
        chunk = {d: int(self.chunk[d]) for d in self.grid}
        return {"dims": axes, "chunk": chunk, "variables": variables, "attrs": dict(self.attrs)}


def needed_bytes(layout: Layout) -> int:
    """An upper estimate of the finished store's size in bytes: uncompressed, in units of 4096."""
    per_block = sum(
        rounded(math.prod(layout.lengths(n)) * width(layout.dtype(n))) for n in layout.variables
    )
    axes = sum(rounded(len(v) * width(layout.dtype(d))) for d, v in layout.dims.items())
    documents = UNIT * (len(layout.dims) + 2 * len(layout.variables) + 4)
    return layout.blocks * (per_block + UNIT) + axes + documents


def rounded(size: int) -> int:
    """The bytes that a file of this size occupies, its codecs' headers included."""
    return -(-(size + 64) // UNIT) * UNIT


def width(dtype: np.dtype) -> int:
    """Bytes of a number; of a string a guess."""
    return 32 if dtype.kind == "O" else dtype.itemsize


def storable(name: str, given: Any) -> np.dtype:
    """The little-endian dtype that Zarr has for it; object stands for strings."""
    try:
        dtype = np.dtype(given)
    except TypeError:
        raise InvalidInput(f"dtype={given} of {name} is none of numpy's: use {KINDS}.") from None
    if dtype.kind in "UTO":
        return np.dtype(object)
    if dtype.kind in "iub" or dtype.newbyteorder("=") in (np.float64, np.float32):
        return dtype.newbyteorder("<")
    raise InvalidInput(f"dtype={dtype} of {name} cannot be stored: use {KINDS}.")


def plain(name: str, values: Any) -> np.ndarray:
    """Values as an array of a dtype that can be stored."""
    given = np.asarray(values)
    if given.dtype == object and not all(isinstance(v, str) for v in given.flat):
        raise InvalidInput(f"the coordinates of {name} are of several kinds: use {KINDS}.")
    return np.array(given, dtype=storable(name, given.dtype))


def kind_of(dtype: np.dtype) -> str:
    """Zarr's name of a dtype."""
    return "string" if dtype.kind == "O" else dtype.name


def canonical(document: Any, what: str) -> str:
    """One text for one JSON document: strict, with sorted keys; InvalidInput if it is none."""
    try:
        return json.dumps(
            document, sort_keys=True, allow_nan=False, ensure_ascii=False, default=number
        )
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"{what} is no strict JSON document ({error}): spell it out.") from None


def number(value: Any) -> Any:
    """A NumPy number as Python has it, a mapping as a dict."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} {value}")
