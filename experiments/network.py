"""A network with one hidden layer of rectified linear units, as losses that are not convex."""

from __future__ import annotations

import math

import numpy as np

import regretlab as rl
from regretlab.philox import shuffle


class Network(rl.Losses):
    """f_t(x) = mean over the samples j of mini-batch t of log(sum_k exp(s_k)) - s_{b_j}.

    s = C h + c and h = max(0, B a_j + e), elementwise: x holds B as (p, H), e (H), C as (K, H) and c
    (K), d = (p + 1) H + (H + 1) K. A of shape (n, p) holds the a_j, b of shape (n,) the classes, whole
    numbers in [0, K). An epoch is ceil(n / size) rounds, in a new random order every epoch, the one
    that `softmax` and `finite-sum` have. At a kink the slope is 0. Not convex: no regret is claimed.
    """

    name = "relu-network"
    source = "Reddi, Kale & Kumar (2018), section 5, has one such network"
    shape = "vector"
    convex = False
    A: np.ndarray = rl.array(2, "samples", "A", default=((0.0, 1.0), (1.0, 0.0)))
    b: np.ndarray = rl.array(1, "classes", "b", default=(0.0, 1.0))
    K: int = rl.whole("[2, 1000]", "number of classes", "K", default=2)
    H: int = rl.whole("[1, 1e6]", "hidden units", "H", default=100)
    size: int = rl.whole("[1, 9e15]", "size of a mini-batch", "k", default=128)

    @property
    def d(self) -> int:  # type: ignore[override]
        return (self.A.shape[1] + 1) * self.H + (self.H + 1) * self.K

    @property
    def cached(self) -> int:  # type: ignore[override]
        return len(self.A)

    def place(self, t, source, cache):
        """Where in the order of its epoch, kept in the cache, the batch of round t begins."""
        n = len(self.A)
        many = (n + self.size - 1) // self.size
        epoch = (t - 1) // many
        if cache[n] != epoch:
            shuffle(cache[:n], source, epoch)
            cache[n] = epoch
        return (t - 1) % many * self.size

    def forward(self, x, j, h, s):
        """Fill h, shape (H,), and s, shape (K,), the largest moved to 0."""
        p, H = self.A.shape[1], len(h)
        second = (p + 1) * H
        for k in range(H):
            h[k] = x[p * H + k]
        for i in range(p):
            pixel = self.A[j, i]
            if pixel != 0.0:  # most of an image is empty
                for k in range(H):
                    h[k] += pixel * x[i * H + k]
        for k in range(H):
            h[k] = max(h[k], 0.0)
        top = -math.inf
        for c in range(len(s)):
            total = x[second + len(s) * H + c]
            for k in range(H):
                total += h[k] * x[second + c * H + k]
            s[c] = total
            top = max(top, total)
        for c in range(len(s)):
            s[c] -= top

    def gradient(self, t, x, source, cache):
        n, p, H, K = len(self.A), self.A.shape[1], self.H, self.K
        second, begin = (p + 1) * H, self.place(t, source, cache)
        end = min(begin + self.size, n)
        g, h, s, back = np.zeros(len(x)), np.zeros(H), np.zeros(K), np.zeros(H)
        for q in range(begin, end):
            j = cache[q]
            self.forward(x, j, h, s)
            mass, own = 0.0, int(self.b[j])
            for c in range(K):
                s[c] = math.exp(s[c])
                mass += s[c]
            for k in range(H):
                back[k] = 0.0
            for c in range(K):
                slope = s[c] / mass - (1.0 if c == own else 0.0)
                for k in range(H):
                    g[second + c * H + k] += slope * h[k]
                    back[k] += slope * x[second + c * H + k]
                g[second + K * H + c] += slope
            for k in range(H):
                if h[k] <= 0.0:
                    back[k] = 0.0
                g[p * H + k] += back[k]
            for i in range(p):
                pixel = self.A[j, i]
                if pixel != 0.0:
                    for k in range(H):
                        g[i * H + k] += pixel * back[k]
        for i in range(len(g)):
            g[i] = g[i] / (end - begin)
        return g

    def value(self, t, x, source, cache):
        h, s, total = np.zeros(self.H), np.zeros(self.K), 0.0
        begin = self.place(t, source, cache)
        end = min(begin + self.size, len(self.A))
        for q in range(begin, end):
            j, mass = cache[q], 0.0
            self.forward(x, j, h, s)
            for c in range(self.K):
                mass += math.exp(s[c])
            total += math.log(mass) - s[int(self.b[j])]
        return total / (end - begin)

    def first_weights(self, seed: int = 0) -> np.ndarray:
        """x_1, shape (d,): weights N(0, 2 / fan-in) as of He et al. (2015), no biases."""
        rng, (p, H, K) = np.random.default_rng(seed), (self.A.shape[1], self.H, self.K)
        B = rng.normal(0.0, math.sqrt(2 / p), (p, H))
        C = rng.normal(0.0, math.sqrt(2 / H), (K, H))
        return np.concatenate([B.ravel(), np.zeros(H), C.ravel(), np.zeros(K)])
