"""The first difference of two JSON documents, in words."""

from __future__ import annotations

import json
from typing import Any

SHOWN = 60


def first_difference(here: Any, there: Any, where: str, at: str = "") -> str | None:
    """'beta2.stop=0.99 here and 0.999 in s.zarr', or None if the documents are the same.

    1 and 1.0 differ, as they do in the text of a document.
    """
    if isinstance(here, dict) and isinstance(there, dict):
        for key in [*here, *(k for k in there if k not in here)]:
            name = f"{at}.{key}" if at else str(key)
            if key not in there:
                return f"{name}={shown(here[key])} here, and {where} has no {name}"
            if key not in here:
                return f"no {name} here, and {name}={shown(there[key])} in {where}"
            if found := first_difference(here[key], there[key], where, name):
                return found
        return None
    if isinstance(here, list) and isinstance(there, list):
        for k, (a, b) in enumerate(zip(here, there, strict=False)):
            if found := first_difference(a, b, where, f"{at}[{k}]"):
                return found
        if len(here) != len(there):
            return f"{at} has {len(here)} entries here and {len(there)} in {where}"
        return None
    if json.dumps(here) == json.dumps(there):
        return None
    return f"{at or 'the document'}={shown(here)} here and {shown(there)} in {where}"


def shown(value: Any) -> str:
    """A value in few words."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= SHOWN else words[: SHOWN - 3] + "..."
