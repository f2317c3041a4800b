"""Zarr version 3 on the file system: the metadata documents and the encoding of one chunk.

The documents are written here and not by the library, so that they are whole before the first block
and have the same bytes whatever its version; so are the chunks, each written once and whole, since
the library's region and append writes read, change and write back whatever they are misaligned with,
and its event loop is a thread, which a forked process does not have. Tests hold both to the library.

Source: Zarr core specification, version 3.1; its codecs bytes, crc32c; its extensions string,
vlen-utf8, zstd; `consolidated_metadata` as zarr-python writes it.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from regretlab.sweeps.store.layout import MARKS, Layout, canonical, kind_of

FORMAT = "regretlab sweep 1"
LEVEL = 3
CODECS = [
    {"name": "zstd", "configuration": {"level": LEVEL, "checksum": False}},
    {"name": "crc32c"},
]
ABOUT_MARKS = {"about": "one file a finished block: the SHA-256 of its chunk of every variable"}


def documents(layout: Layout, spec: Mapping[str, Any]) -> dict[str, bytes]:
    """Every file that does not depend on what is computed; the root's zarr.json is the last one."""
    nodes: dict[str, dict[str, Any]] = {MARKS: group(ABOUT_MARKS)}
    chunks = {}
    for d, values in layout.dims.items():
        labels = layout.labels.get(d, {})
        lengths = (len(values),)
        nodes[d] = array(lengths, lengths, values.dtype, layout.fill(d), (d,), labels)
        chunks[f"{d}/c.0"] = encode(values)
    for name, v in layout.variables.items():
        shape = tuple(len(layout.dims[d]) for d in v.dims)
        dtype, fill = layout.dtype(name), layout.fill(name)
        nodes[name] = array(shape, layout.lengths(name), dtype, fill, v.dims, v.attrs)
    own = {
        "format": FORMAT,
        "spec": canonical(spec, "spec"),
        "layout": canonical(layout.document(), "layout"),
    }
    consolidated = {
        "kind": "inline",
        "must_understand": False,
        "metadata": nodes,
    }
    root = group({**layout.attrs, **own}) | {"consolidated_metadata": consolidated}
    return (
        {f"{name}/zarr.json": text(node) for name, node in nodes.items()}
        | chunks
        | {"zarr.json": text(root)}
    )


def text(document: Mapping[str, Any]) -> bytes:
    """A document as it is written."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def in_order(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes, sorted, so that they have the same bytes however they were put together."""
    return json.loads(canonical(attributes, "attrs"))


def group(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of a group."""
    return {"zarr_format": 3, "node_type": "group", "attributes": in_order(attributes)}


def array(
    shape: Sequence[int],
    lengths: Sequence[int],
    dtype: np.dtype,
    fill: Any,
    dims: Sequence[str],
    attributes: Mapping[str, Any],
) -> dict[str, Any]:
    """The metadata of an array in chunks of the given lengths."""
    if dtype.kind == "O":
        serializer: dict[str, Any] = {"name": "vlen-utf8", "configuration": {}}
    elif dtype.itemsize == 1:
        serializer = {"name": "bytes"}
    else:
        serializer = {"name": "bytes", "configuration": {"endian": "little"}}
    if isinstance(fill, float) and not math.isfinite(fill):
        fill = "NaN" if math.isnan(fill) else ("Infinity" if fill > 0 else "-Infinity")
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": list(shape),
        "data_type": kind_of(dtype),
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(lengths)}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "."}},
        "fill_value": fill,
        "codecs": [serializer, *CODECS],
        "attributes": in_order(attributes),
        "dimension_names": list(dims),
        "storage_transformers": [],
    }


def encode(values: np.ndarray) -> bytes:
    """The bytes of a whole chunk: C order, little-endian, zstd, then its CRC-32C."""
    import google_crc32c
    from numcodecs.zstd import Zstd

    squeezed = bytes(Zstd(level=LEVEL).encode(plain_bytes(values)))
    return squeezed + struct.pack("<I", google_crc32c.value(squeezed))


def decode(stored: bytes, dtype: np.dtype, shape: Sequence[int]) -> np.ndarray:
    """The chunk that `encode` wrote; ValueError if it is damaged."""
    import google_crc32c
    from numcodecs.zstd import Zstd

    squeezed, crc = stored[:-4], stored[-4:]
    if struct.pack("<I", google_crc32c.value(squeezed)) != crc:
        raise ValueError("its CRC-32C does not match")
    raw = bytes(Zstd(level=LEVEL).decode(squeezed))
    if dtype.kind != "O":
        return np.frombuffer(raw, dtype).reshape(shape).copy()
    at, out = 4, []
    for _ in range(struct.unpack_from("<I", raw)[0]):
        length = struct.unpack_from("<I", raw, at)[0]
        out.append(raw[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return np.array(out, dtype=object).reshape(shape)


def plain_bytes(values: np.ndarray) -> bytes:
    """The cells one after the other; strings as a count, then each one's length and UTF-8."""
    if values.dtype.kind != "O":
        return np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
    coded = [str(v).encode() for v in values.flat]
    parts = [struct.pack("<I", len(coded))]
    for word in coded:
        parts += [struct.pack("<I", len(word)), word]
    return b"".join(parts)
