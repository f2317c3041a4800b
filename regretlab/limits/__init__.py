"""T = infinity: the periodic orbit, its drift, R_T = A T + B sqrt(T), and where the verdict changes."""

from regretlab.limits.boundaries import asymptotic_margin, failing_set, smallest_period
from regretlab.limits.certificates import certify
from regretlab.limits.maps import drift_map
from regretlab.limits.result import Limit
from regretlab.limits.verdict import limit

__all__ = [
    "Limit",
    "asymptotic_margin",
    "certify",
    "drift_map",
    "failing_set",
    "limit",
    "smallest_period",
]
