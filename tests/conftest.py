"""Set up before anything is compiled: one kernel cache for every test process, quiet hypotheses."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings


def shared_cache() -> Path:
    """A folder of this user's, the same for every worker and for the next run of the tests."""
    user = os.geteuid() if hasattr(os, "geteuid") else 0
    folder = Path(tempfile.gettempdir()) / f"regretlab-tests-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


os.environ.setdefault("REGRETLAB_CACHE", str(shared_cache()))

settings.register_profile(
    "regretlab",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("regretlab")
