"""A Dask cluster as an executor."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

from regretlab.errors import InvalidInput

PATIENCE = 10.0  # seconds


def executor(address: str, retries: int = 3) -> Executor:
    """The executor of the cluster whose scheduler is at `address`; InvalidInput if none answers.

    A task whose worker dies is given to another one, `retries` times.
    """
    try:
        from distributed import Client  # pyright: ignore[reportMissingImports]
    except ImportError:
        what = "a Dask cluster needs the package distributed"
        raise InvalidInput(f"{what}: pip install 'regretlab[distributed]'.") from None
    try:
        client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        what = f"no Dask scheduler answers at {address} ({said})"
        raise InvalidInput(f"{what}: start one with 'dask scheduler', or leave --dask.") from None
    return client.get_executor(retries=retries, pure=False)
