"""T = infinity: the periodic orbit, its drift, R_T = A T + B sqrt(T)."""

from regretlab.limits.verdict import Limit, limit

__all__ = ["Limit", "limit"]
