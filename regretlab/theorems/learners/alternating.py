"""AMSGrad with a beta1_t that rises again and again."""

from __future__ import annotations

from regretlab.arithmetic import where
from regretlab.methods.amsgrad import AMSGrad


class Alternating(AMSGrad):
    """AMSGrad with beta1_t = beta1 in odd rounds, 0 in even ones."""

    source = "derived here"
    cycle = 2

    def beta1_t(self, t, s):
        return where(t % 2 == 1, self.beta1, 0.0)
