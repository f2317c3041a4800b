# %% [markdown]
# # 6. Chance
#
# **After this notebook you can** tell regret from pseudo-regret, decide where a method goes on losses that are drawn
# independently, and say why that is not the same as on a stream that repeats.

# %%
# %matplotlib inline
import numpy as np

import regretlab as rl
from regretlab import losses, methods

# %% [markdown]
# ## Two regrets
#
# Let $f_t$ be drawn independently, and $F = \mathbb{E} f_t$. Then there are two things to compare with:
#
# $$R_T = \sum_t f_t(x_t) - \min_x \sum_t f_t(x), \qquad \bar R_T = \sum_t F(x_t) - T \min_x F(x).$$
#
# The regret's comparator knows the draws, the **pseudo-regret**'s only their law. On coin tosses, $f_t(x) = \pm x$,
# nothing can be learnt: $F = 0$, so the pseudo-regret is $0$ for everybody. But who knows the tosses wins
# $|\epsilon_1 + \dots + \epsilon_T|$, which is about $\sqrt{2 T / \pi}$.

# %%
T = 10_000
coins = rl.play(methods.SGD(), losses.RandomSigns(), rounds=T, runs=40, seed=1, at=[T])
mean = float(coins.data.regret[:, -1].mean())
print(f"mean regret of 40 runs {mean:.1f}; sqrt(2 T / pi) = {np.sqrt(2 * T / np.pi):.1f}")
assert float(abs(coins.data.pseudo_regret).max()) == 0
assert abs(mean - np.sqrt(2 * T / np.pi)) < 25

# %% [markdown]
# ## The stochastic stream
#
# The paper's second stream has $f_t(x) = 1010 x$ with probability $0.01$, else $-10 x$. So
# $F(x) = (10.1 - 9.9)\, x = 0.2 x$, and $-1$ is best. A run has its own draws; a seed and the number of the run fix
# them.

# %%
stream = losses.ReddiStochastic()
adam, amsgrad = methods.Adam(0.9, 0.99), methods.AMSGrad(0.9, 0.99)
runs = {m.name: rl.play(m, stream, rounds=2e5, runs=8, seed=7) for m in (adam, amsgrad)}
for name, run in runs.items():
    pseudo = run.data.pseudo_regret[:, -1].values / 2e5
    print(
        f"{name:8s} x from {run.x.min():+.2f} to {run.x.max():+.2f}, pseudo-regret / T about {np.median(pseudo):.3f}"
    )
assert runs["adam"].x.min() > 0.9
assert np.median(runs["amsgrad"].x) < runs["adam"].x.min()
runs["adam"].plot()

# %% [markdown]
# All eight runs of Adam end near $+1$, where a round costs $0.4$ more than at $-1$. The regret (orange) is a poor
# witness here: the noise of the draws, some $10^2$ a round, hides a bias of $0.2$ for a long time. AMSGrad, for the
# same reason, is still on its way.
#
# ## Without playing
#
# $m_t$ and $v_t$ settle to a **stationary law** in place of an orbit, and the drift is the mean of the update in
# it. `limit` computes it by quadrature, with an error. Beside it a simulation of RMSProp ($\beta_1 = 0$) in four
# lines:

# %%
rng, beta2, n = np.random.default_rng(3), 0.99, 400_000
g = np.where(rng.random(n) < 0.01, 1010.0, -10.0)
v = np.empty(n)
now = 100.0
for t in range(n):
    now = beta2 * now + (1 - beta2) * g[t] ** 2
    v[t] = now
updates = (g / np.sqrt(v))[1000:]
blocks = updates[: len(updates) // 1000 * 1000].reshape(-1, 1000).mean(axis=1)
error = blocks.std() / np.sqrt(len(blocks))
told = rl.limit(methods.RMSProp(beta2=beta2), stream)
print(
    f"simulated E[u] = {updates.mean():+.4f} +- {error:.4f}, by quadrature {told.drift:+.4f}: it {told.verdict}"
)
assert abs(updates.mean() - told.drift) < 4 * error
assert told.drift < 0 < told.slope_sum

# %% [markdown]
# $\mathbb{E} g = +0.2$ and $\mathbb{E} u = -0.06$: the signs differ. Theorem 3 of the paper (known to us at second
# hand) says that such losses exist for every $\beta_1 < \sqrt{\beta_2}$.
#
# ## Cyclic and independent are different problems
#
# Take $C$ once in $21$ rounds, else $-1$: cyclic, or with probability $1/21$. For both $x^* = -1$ as soon as $C >
# 20$. How far above $20$ must $C$ be before RMSProp finds it?

# %%
P, beta2 = 21, 0.99
((_, cyclic),) = rl.limits.failing_set(
    methods.Adam(0, beta2), losses.Spike(21, 1, P), "C", 20.001, 60, 40
)
low, high = 20.001, 60.0
while high - low > 0.01:
    C = (low + high) / 2
    fails = rl.limit(methods.RMSProp(beta2=beta2), losses.SpikeIID(C, 1, 1 / P)).drift < 0
    low, high = (C, high) if fails else (low, C)
print(f"cyclic: C > 20 + {cyclic - 20:.2f}; independent: C > 20 + {low - 20:.2f}")
assert 1.9 < (low - 20) / (cyclic - 20) < 2.4

# %% [markdown]
# Chance is about twice as hard. To see why, look at what a gradient is worth: $u_t = g_t / \sqrt{v_t}$, so with
# $r = \mathbb{E}[1 / \sqrt{v} \mid \text{large}]$ and $r' = \mathbb{E}[1 / \sqrt{v} \mid \text{small}]$ the mean
# update is $\frac1P (C\, r - (P - 1)\, r')$. It has the right sign when $C > (P - 1)\, r' / r$: **all that matters
# is the ratio**.


# %%
def worth(g, beta2):
    v, large, small = 30.0, [], []
    for one in g:
        v = beta2 * v + (1 - beta2) * one * one
        (large if one > 0 else small).append(1 / np.sqrt(v))
    return np.mean(large[200:]), np.mean(small[4000:])


n, C = 400_000, 21.0
streams = {
    "cyclic": np.where(np.arange(n) % P == 0, C, -1.0),
    "independent": np.where(rng.random(n) < 1 / P, C, -1.0),
}
ratios = {}
for name, g in streams.items():
    large, small = worth(g, beta2)
    ratios[name] = small / large
    print(f"{name:12s} 1/sqrt(v): large {large:.4f}, small {small:.4f}, ratio {small / large:.3f}")
assert 1 < ratios["cyclic"] < ratios["independent"]

# %% [markdown]
# In the cyclic stream a large gradient is always followed by the same wait. With coins two large ones may come
# close together, when $v$ is still high, and long waits let $v$ fall far: then many small gradients are overpaid.
#
# ## Exercises
#
# 1. What is the mean update of AMSGrad in the limit, and of a method that divides by a $v$ which has **not seen**
#    $g_t$ (`methods.ADOPT`)? Is such a method safe on independent streams? On cyclic ones? Try `losses.Spike(90, 1,
#    101)`.
# 2. On cyclic streams momentum helps: compare `methods.Adam(b1, 0.85)` for $\beta_1 = 0$ and $0.9$ on
#    `losses.Spike(10, 1, 10)`. Does it on `losses.SpikeIID(10, 1, 0.1)`?
# 3. For how many rounds must one play the stochastic stream before the noise in $\frac1T \sum_t g_t$ is below its
#    mean $0.2$?

# %% [markdown]
# ## Solutions
#
# **1.** AMSGrad's $\hat v$ only rises, and among independent draws a run of large gradients as long as one likes comes
# some day: $\hat v_t \to C^2$, so $\mathbb{E} u = \mathbb{E} g / C$, small and of the right sign.
# ADOPT divides by $v_{t-1}$, which is independent of $g_t$. So $\mathbb{E} u = \mathbb{E} g \cdot
# \mathbb{E}\, v^{-1/2}$ has the sign of $\mathbb{E} g$. On a stream that repeats nothing is independent: a large
# gradient always meets the *smallest* $v$, is overpaid, and $C = 90 < 100$ is taken for the larger side.

# %%
mean = rl.limit(amsgrad, stream).drift
assert abs(mean - 0.2 / 1010) < 1e-9
print(f"AMSGrad's mean update {mean:.6f} = 0.2 / 1010")
for method in (amsgrad, methods.ADOPT(0.9, 0.99)):
    assert rl.limit(method, stream).verdict == "vanishes"
mirror = rl.limit(methods.ADOPT(0.9, 0.99), losses.Spike(90, 1, 101))
assert mirror.slope_sum < 0 < mirror.drift
print(f"ADOPT on the mirror stream {mirror.verdict}: R_T / T -> {mirror.average_regret:.4f}")

# %% [markdown]
# **2.** It helps on the cyclic stream alone.

# %%
cyclic = [rl.limit(methods.Adam(b1, 0.85), losses.Spike(10, 1, 10)).drift for b1 in (0.0, 0.9)]
independent = [
    rl.limit(methods.Adam(b1, 0.85), losses.SpikeIID(10, 1, 0.1)).drift for b1 in (0.0, 0.9)
]
print("cyclic:      drift", *(f"{d:+.4f}" for d in cyclic))
print("independent: mean ", *(f"{d:+.4f}" for d in independent))
assert cyclic[0] < 0 < cyclic[1]
assert max(independent) < 0

# %% [markdown]
# **3.** The standard deviation of $g_t$ is about $1020 \sqrt{0.01 \cdot 0.99} \approx 101.5$; over $\sqrt T$ it is
# below $0.2$ from $T \approx 257{,}500$ on.

# %%
sigma = 1020 * np.sqrt(0.01 * 0.99)
assert abs((sigma / 0.2) ** 2 - 257_499) < 1
