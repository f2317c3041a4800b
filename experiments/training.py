"""What the study of digits trains: the data, the three games, their training losses and minimisers.

The training losses are written in NumPy, beside the library's own loops.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

import regretlab as rl
from experiments.network import Network
from regretlab import losses, sets
from regretlab.data import read, readers, signed

BATCH, BOX, DIGIT = 128, 2.0, 8
MODELS = ("logistic", "softmax", "network")
EXACTLY = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 20_000, "maxfun": 40_000, "maxcor": 30}


class Logistic(losses.FiniteSum):
    """Its regret is had from one certified minimiser, and not from a convex solve after every play."""

    name = "finite-sum"
    convex = False


class Softmax(losses.SoftmaxRegression):
    """Likewise."""

    name = "softmax"
    convex = False


def samples(
    images: Path | None, labels: Path | None, rows: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Pixels in [0, 1] and a last column of ones, shape (n, p); classes, shape (n,); n whole batches."""
    if images is None:
        A, b = read("digits", rows=rows)
    elif readers()["cifar"].reads(images.name):
        A, b = read(images, "cifar", rows)
    else:
        A, b = read(images, "idx", rows, **({} if labels is None else {"labels": labels}))
    n = len(A) - len(A) % BATCH
    if n == 0:
        raise rl.InvalidInput(f"{len(A)} samples fill no batch of {BATCH}: give more.")
    return np.hstack([A[:n] / A.max(), np.ones((n, 1))]), b[:n]


def game(model: str, A: np.ndarray, b: np.ndarray) -> tuple[Any, Any, np.ndarray]:
    """The losses of mini-batches, the set and x_1."""
    if model == "network":
        stream = Network(A[:, :-1], b, K=10, H=100, size=BATCH)
        return stream, sets.WholeSpace(), stream.first_weights()
    batches, box = {"sampling": "mini-batch", "size": BATCH}, sets.Box(-BOX, BOX)
    if model == "logistic":
        stream = Logistic(A, signed(b == DIGIT), loss="logistic", **batches)
    else:
        stream = Softmax(A, b, K=10, **batches)
    return stream, box, np.zeros(stream.d)


def training_loss(
    model: str, A: np.ndarray, b: np.ndarray, points: np.ndarray, hidden: int = 100
) -> np.ndarray:
    """The mean loss of all samples at every row of points, shape (m,)."""
    return np.array([mean_loss(model, A, b, x, hidden) for x in points])


def mean_loss(model: str, A: np.ndarray, b: np.ndarray, x: np.ndarray, H: int = 100) -> float:
    if model == "logistic":
        return float(np.logaddexp(0.0, -np.where(b == DIGIT, 1.0, -1.0) * (A @ x)).mean())
    if model == "softmax":
        s = A @ x.reshape(-1, A.shape[1]).T
    else:
        p = A.shape[1] - 1
        first, rest = x[: p * H].reshape(p, H), x[(p + 1) * H :]
        h = np.maximum(A[:, :-1] @ first + x[p * H : (p + 1) * H], 0.0)
        K = len(rest) // (H + 1)
        s = h @ rest[: K * H].reshape(K, H).T + rest[K * H :]
    return float((logsumexp(s, axis=1) - s[np.arange(len(A)), b.astype(int)]).mean())


def certified(
    model: str, A: np.ndarray, b: np.ndarray, box: float = BOX
) -> tuple[np.ndarray, float, float]:
    """A minimiser of the training loss over |x_i| <= box, its loss, and its certified gap.

    L-BFGS-B with products of matrices comes near it; one round of the whole batch, played from there,
    goes on if it can, and its books have the certificate.
    """
    own: Any
    if model == "logistic":
        own = losses.FiniteSum(A, signed(b == DIGIT), loss="logistic", sampling="batch")
    else:
        own = losses.SoftmaxRegression(A, b, K=10, sampling="batch")
    marks = np.eye(10)[b.astype(int)]

    def slopes(x: np.ndarray) -> tuple[float, np.ndarray]:
        value = mean_loss(model, A, b, x)
        if model == "logistic":
            sign = np.where(b == DIGIT, 1.0, -1.0)
            weights = -sign / (1.0 + np.exp(sign * (A @ x)))
            return value, weights @ A / len(A)
        s = A @ x.reshape(10, -1).T
        chances = np.exp(s - logsumexp(s, axis=1, keepdims=True))
        return value, ((chances - marks).T @ A / len(A)).ravel()

    ends = [(-box, box)] * own.d
    near = minimize(
        slopes, np.zeros(own.d), jac=True, method="L-BFGS-B", bounds=ends, options=EXACTLY
    )
    held = sets.Box(-box, box)
    one = rl.play(rl.methods.SGD(), own, held, rounds=1, x1=near.x, engine="plain", progress=False)
    last = one.data.isel(round=-1)
    return last.comparator.values, float(last.comparator_loss), float(last.comparator_gap)
