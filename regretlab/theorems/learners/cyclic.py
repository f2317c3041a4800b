"""A cosine learning rate that starts again and again."""

from __future__ import annotations

import math

from regretlab.parameters import real
from regretlab.schedules import Schedule

CYCLE = 20


class Cosine(Schedule):
    """alpha_t = rate_t / sqrt(t), rate_t = 1 - depth (1 - cos(pi k / 20)) / 2, k = (t - 1) mod 20."""

    source = "derived here, after Loshchilov & Hutter (2017), warm restarts"
    depth: float = real("[0, 1]", "how far the step falls in a cycle", default=1.0)

    def rate(self, t):
        return 1 - self.depth * (1 - math.cos(math.pi * ((t - 1) % CYCLE) / CYCLE)) / 2

    def alpha_t(self, t):
        return self.rate(t) / math.sqrt(t)
