"""Algorithm 1 of Reddi, Kale & Kumar (2018), with the ledger: the one definition of a round.

Everything that runs rounds runs this text. In plain Python it is called as it stands; the compiled
engine compiles the same text for given pieces, and leaves out the branches they do not need.
"""

# The branches on a shape come in pairs, which the type checker cannot know.
# pyright: reportPossiblyUnboundVariable=false

from __future__ import annotations

from typing import Any, NamedTuple

from regretlab.arithmetic import accumulate, is_finite, quotient, sqrt, two_product
from regretlab.philox import uniform

GOOD, BAD_LOSS, BAD_STEP, BAD_SHAPE = 0, 1, 2, 3
EXACT = -0.0  # the rest of a number that is exact: unlike +0.0, adding it changes nothing at all


class Ledger(NamedTuple):
    """Running sums; [0] is the sum and [1] what its rounding lost."""

    loss: Any  # (2, 1): f_1(x_1) + ... + f_t(x_t)
    gradients: Any  # (2, d): g_1 + ... + g_t
    iterates: Any  # (2, d): x_1 + ... + x_t, kept for random losses only


class Log(NamedTuple):
    """What is kept of the rounds listed in `round`, which ends with a round that never comes."""

    round: Any  # (n + 1,)
    iterate: Any  # (n, d): x_t
    loss: Any  # (n, 2): as in the ledger, f_t(x_t) included
    gradients: Any  # (n, 2, d)
    iterates: Any  # (n, 2, d)


def rounds(
    method, losses, feasible, step, source, x, memory, y, weights, ledger, log, n, first, last
):
    """Play rounds `first` .. `last` in place; `n` is the first entry of the log still to be made.

    x, memory, ledger and log change; y and weights, of shape (d,), are room to work in. Returns the
    last round that was played to its end, and what stopped the next one, if anything.
    """
    d = len(x)
    paid, lost = ledger.loss[0, 0], ledger.loss[1, 0]
    for t in range(first, last + 1):
        logged = log.round[n] == t
        if logged:
            for i in range(d):
                log.iterate[n, i] = x[i]

        # The adversary, who may look at x_t, reveals f_t; it is charged before x_t moves.
        if losses.shape == "vector":
            u = uniform(source, t, 0) if losses.random else 0.0
            gradient = losses.gradient(t=t, x=x, seen=x, u=u).copy()  # it may be a view of x
            if len(gradient) != d:
                return t - 1, BAD_SHAPE
            if not losses.linear:
                loss = losses.value(t=t, x=x, seen=x, u=u)
                paid, lost = accumulate(paid, lost, loss, EXACT)

        alpha = step.alpha_t(t=t)
        for i in range(d):
            if losses.shape == "vector":
                g = 1.0 * gradient[i]
            else:
                u = uniform(source, t, i) if losses.random else 0.0
                g = 1.0 * losses.gradient(t=t, x=x[i], seen=x[i], u=u, i=i)  # never an integer
                if not losses.linear:
                    loss = losses.value(t=t, x=x[i], seen=x[i], u=u, i=i)
                    paid, lost = accumulate(paid, lost, loss, EXACT)
            if losses.linear:
                loss, rest = two_product(g, x[i])
                paid, lost = accumulate(paid, lost, loss, rest)
            ledger.gradients[0, i], ledger.gradients[1, i] = accumulate(
                ledger.gradients[0, i], ledger.gradients[1, i], g, EXACT
            )
            if losses.random:
                ledger.iterates[0, i], ledger.iterates[1, i] = accumulate(
                    ledger.iterates[0, i], ledger.iterates[1, i], x[i], EXACT
                )

            # x_{t+1} = Proj_F(x_t - alpha_t m_t / sqrt(V_t)), the quotient first
            s = method.remember(t=t, a=alpha, g=g, x=x[i], s=recall(memory, i), i=i)
            m = method.phi(t=t, a=alpha, g=g, x=x[i], s=s, i=i)
            if method.has_root:
                w = method.root(t=t, a=alpha, g=g, x=x[i], s=s, i=i)
            else:
                w = sqrt(method.psi(t=t, a=alpha, g=g, x=x[i], s=s, i=i))
            z = x[i] - alpha * quotient(m, w)
            keep(memory, i, s)
            if feasible.shape == "vector":
                y[i], weights[i] = z, w
            else:
                x[i] = feasible.project(y=z, w=w, i=i)
            given = loss if losses.linear else g + loss  # g x is finite only if g is
            if not is_finite(given + z + w):
                return t - 1, BAD_STEP if is_finite(given) else BAD_LOSS
        if feasible.shape == "vector":
            projected = feasible.project(y=y, w=weights)
            if len(projected) != d:
                return t - 1, BAD_SHAPE
            for i in range(d):
                x[i] = projected[i]

        if logged:
            log.loss[n, 0], log.loss[n, 1] = paid, lost
            for i in range(d):
                log.gradients[n, 0, i] = ledger.gradients[0, i]
                log.gradients[n, 1, i] = ledger.gradients[1, i]
                log.iterates[n, 0, i] = ledger.iterates[0, i]
                log.iterates[n, 1, i] = ledger.iterates[1, i]
            n += 1
    ledger.loss[0, 0], ledger.loss[1, 0] = paid, lost
    return last, GOOD


def recall(memory, i):
    """The memory of coordinate i; an engine may hold it in another shape."""
    return memory[i]


def keep(memory, i, s):
    """Store the memory of coordinate i."""
    memory[i] = s
