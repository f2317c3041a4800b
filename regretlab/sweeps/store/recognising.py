"""Is what lies at a path the store that is to be resumed?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from regretlab.errors import InvalidInput
from regretlab.sweeps.store.blocks import cannot_write
from regretlab.sweeps.store.differences import first_difference
from regretlab.sweeps.store.layout import Layout, canonical
from regretlab.sweeps.store.lock import OURS, OWNER
from regretlab.sweeps.store.zarr3 import FORMAT, decode


def recognise(path: Path, layout: Layout, spec: Mapping[str, Any]) -> None:
    """InvalidInput unless it is a store of the same layout and specification, or one just begun."""
    try:
        there = [file.name for file in path.iterdir()]
        begun = OWNER in there and "zarr.json" not in there
        if begun or all(name.startswith(OURS) for name in there):
            return  # killed before it had its metadata, or empty
        attributes = json.loads((path / "zarr.json").read_bytes())["attributes"]
        if attributes["format"] != FORMAT:
            raise ValueError
        old_spec, old = json.loads(attributes["spec"]), json.loads(attributes["layout"])
    except PermissionError as error:
        raise cannot_write(path, error) from None
    except (OSError, ValueError, KeyError, TypeError):
        what = "is there and is no store of a sweep"
        raise InvalidInput(f"{path} {what}: choose another place.") from None
    new_spec = json.loads(canonical(spec, "spec"))
    new = json.loads(canonical(layout.document(), "layout"))
    found = (
        first_difference(new_spec, old_spec, path.name)
        or coordinate(path, layout, old)
        or first_difference(new, old, path.name)
    )
    if found:
        remedy = "resume with what the store was made with, or choose another place"
        raise InvalidInput(f"{found}: {remedy}.")


def coordinate(path: Path, layout: Layout, old: dict[str, Any]) -> str | None:
    """The first coordinate that differs between axes of one length; the layout has digests only."""
    new = layout.document()["dims"]
    for d, values in layout.dims.items():
        was = old["dims"].get(d, new[d])
        if was == new[d] or was["length"] != len(values) or was["dtype"] != new[d]["dtype"]:
            continue
        try:
            stored = decode((path / d / "c.0").read_bytes(), values.dtype, values.shape)
        except (OSError, ValueError, RuntimeError):
            continue
        for k, (a, b) in enumerate(zip(values.tolist(), stored.tolist(), strict=True)):
            if found := first_difference(a, b, path.name, f"{d}[{k}]"):
                return found
    return None
