"""The spectrahedron: density matrices, as vectors."""

from __future__ import annotations

import math
from typing import Self

import numpy as np

from regretlab.errors import InvalidInput
from regretlab.matrices import symmetric_eigen
from regretlab.parameters import real, whole
from regretlab.sets.feasible import FeasibleSet
from regretlab.sets.waterfilling import shares


class Spectrahedron(FeasibleSet):
    """{X in R^(n x n) : X symmetric positive semidefinite, tr X = total}, row by row as x in R^d, d = n^2.

    Its Euclidean projection has the eigenvectors of the symmetric part of Y, and as eigenvalues their
    projection to the simplex. In the metric of unequal weights there is no such form: methods whose
    psi_t is not constant are refused.
    """

    shape = "vector"
    source = "Hazan (2016), section 7.2, the bounded positive semidefinite matrices"
    total: float = real("(0, inf)", "trace", r"\tau", default=1.0)
    d: int = whole("[0, 9e15]", "n^2 (0: that of the losses)", "d", default=0)

    @property
    def euclidean_only(self) -> bool:
        return True

    def project(self, y):
        return nearest_density(y, self.total)

    def fit(self, d: int) -> Self:
        if math.isqrt(d) ** 2 != d:
            raise InvalidInput(f"d={d} is no square: a spectrahedron holds n x n matrices.")
        return self.in_dimension(d)

    def matrix(self, x: np.ndarray) -> np.ndarray:
        """The symmetric part of x as a matrix."""
        n = math.isqrt(len(x))
        X = np.asarray(x, dtype=np.float64).reshape(n, n)
        return (X + X.T) / 2

    def argmin(self, c: np.ndarray) -> np.ndarray:
        """total v v^T, v an eigenvector of the least eigenvalue."""
        v = np.linalg.eigh(self.matrix(c))[1][:, 0]
        return self.total * np.outer(v, v).ravel()

    def diameter(self) -> float:
        return self.total if self.d > 1 else 0.0

    def diameter2(self) -> float:
        return math.sqrt(2.0) * self.diameter()

    def sample(self, rng: np.random.Generator) -> np.ndarray:
        n = math.isqrt(self.d)
        G = rng.standard_normal((n, n))
        X = G @ G.T
        return (self.total * X / np.trace(X)).ravel()

    def violation(self, x: np.ndarray) -> float:
        """The worst of asymmetry, trace and negative eigenvalue; below 1e-13 of the trace it is rounding."""
        n = math.isqrt(len(x))
        X = np.asarray(x).reshape(n, n)
        off = max(float(np.abs(X - X.T).max()), abs(float(np.trace(X)) - self.total))
        outside = max(off, -float(np.linalg.eigvalsh(self.matrix(x))[0]), 0.0)
        return outside if outside > n * 1e-13 * self.total else 0.0

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        n = math.isqrt(self.d)
        diagonal = np.eye(n).ravel()
        low = -self.total / 2 * (1 - diagonal) if n > 1 else np.full(1, self.total)
        return low, self.total / 2 * (1 + diagonal)


def nearest_density(y, total):
    """V diag(shares of the eigenvalues) V^T, for the symmetric part of y as a matrix."""
    n = int(math.sqrt(len(y)) + 0.5)
    S, x = np.empty((n, n)), np.zeros(len(y))
    for i in range(n):
        for j in range(n):
            S[i, j] = 0.5 * (y[i * n + j] + y[j * n + i])
    values, V = symmetric_eigen(S)
    held = shares(values, np.ones(n), total)
    for i in range(n):
        for j in range(i + 1):
            for k in range(n):
                x[i * n + j] += held[k] * (V[i, k] * V[j, k])
            x[j * n + i] = x[i * n + j]
    return x
