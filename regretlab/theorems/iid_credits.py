"""What a gradient is paid on i.i.d. losses, by its size, and laws made of that."""

from __future__ import annotations

import numpy as np

from regretlab.limits.laws import Law, mean_update

LANES, ROUNDS, BURN = 4000, 300, 200


def signed(moduli: np.ndarray, chances: np.ndarray, x: np.ndarray) -> Law:
    """The law with these sizes whose signs, given the size moduli_i, have the mean x_i in [-1, 1]."""
    values = np.concatenate([moduli, -moduli])
    return Law(values, np.concatenate([chances * (1 + x), chances * (1 - x)]) / 2)


def mean_credits(moduli: np.ndarray, chances: np.ndarray, beta1: float, beta2: float) -> np.ndarray:
    """rho_i = E[R_0 | |g_0| = moduli_i] of Adam: E[u] = sum_i chances_i moduli_i x_i rho_i, whatever the x_i."""
    unit = np.eye(len(moduli))
    paid = [mean_update(signed(moduli, chances, x), beta1, beta2)[0] for x in unit]
    return np.array(paid) / (chances * moduli)


def mean_signs(moduli: np.ndarray, chances: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """x with E[g] > 0 > E[u], if rho is not constant: more + on the sizes that are paid less."""
    p, q = chances * moduli, chances * moduli * rho
    x = p / np.linalg.norm(p) - q / np.linalg.norm(q)
    return x / max(abs(x).max(), 1e-300)


def adopts_mean(law: Law, beta1: float, beta2: float, seed: int) -> tuple[float, float]:
    """(E[u] - E[g] E[v^-1/2]) / E[v^-1/2] of ADOPT, played in NumPy, and its standard error."""
    rng = np.random.default_rng(seed)
    v, m = np.full(LANES, float(law.values**2 @ law.chances)), np.zeros(LANES)
    paid, divided = np.zeros(LANES), np.zeros(LANES)
    for t in range(BURN + ROUNDS):
        g = rng.choice(law.values, LANES, p=law.chances)
        m = beta1 * m + (1 - beta1) * g / np.sqrt(v)
        if t >= BURN:
            paid, divided = paid + m, divided + 1 / np.sqrt(v)
        v = beta2 * v + (1 - beta2) * g * g
    means = (paid - law.mean * divided) / divided.mean()
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(LANES))
