# %% [markdown]
# # 5. T = infinity
#
# **After this notebook you can** say without playing a round where a method ends on a periodic stream, draw the map
# of parameters on which it fails, and recognise a simulation that misleads.

# %%
# %matplotlib inline
import numpy as np

import regretlab as rl

# %% [markdown]
# ## The orbit
#
# Adversary $(C, P)$: $f_t(x) = C x$ once in $P$ rounds, else $-x$. Adam's $m_t$ and $v_t$ are averages of a
# sequence that repeats. With the weights
#
# $$a_j = \frac{(1 - \beta_1) \beta_1^{j-1}}{1 - \beta_1^P}, \qquad b_j = \frac{(1 - \beta_2) \beta_2^{j-1}}{1 -
# \beta_2^P},$$
#
# they tend, in phase $j = 1, \dots, P$ of the period, to $m^*_j = -1 + (C + 1) a_j$ and $v^*_j = 1 + (C^2 - 1) b_j$.


# %%
def orbit(C, P, beta1, beta2):
    j = np.arange(P)
    a = (1 - beta1) * beta1**j / (1 - beta1**P)
    b = (1 - beta2) * beta2**j / (1 - beta2**P)
    return -1 + (C + 1) * a, 1 + (C**2 - 1) * b


C, P, beta1, beta2 = 10, 10, 0.9, 0.5
m, v = orbit(C, P, beta1, beta2)
run = rl.play(
    rl.methods.Adam(beta1, beta2),
    rl.losses.Spike(C, 1, P),
    rounds=300,
    at=1,
    record=["m", "V"],
    engine="plain",
)
assert np.allclose(run.data.m.values[-P:, 0], m, atol=1e-9)
assert np.allclose(run.data.V.values[-P:, 0], v, atol=1e-9)
print("m*:", *(f"{one:+.3f}" for one in m))
print("v*:", *(f"{one:6.3f}" for one in v))

# %% [markdown]
# ## The drift decides
#
# Let $u^*_j = m^*_j / \sqrt{v^*_j}$ and $\Delta = \sum_j u^*_j$. Once near the orbit, a period moves $x$ by about
# $-\alpha_t \Delta$. The steps tend to $0$, but their sum is infinite, so $x_t$ reaches the wall that $\Delta$
# points to and stays: $+1$ if $\Delta < 0$, $-1$ if $\Delta > 0$. With $S = C - (P - 1)$, the sum of the losses'
# slopes,
#
# $$\lim_{T \to \infty} \frac{R_T}{T} = \begin{cases} 2 |S| / P & \text{if } \Delta S < 0,\\ 0 & \text{if } \Delta S
# > 0. \end{cases}$$
#
# Every starting point and every $\alpha$ give the same. (Derived in this project, and proved.)

# %%
told = rl.limit(rl.methods.Adam(beta1, beta2), rl.losses.Spike(C, 1, P))
drift = (m / np.sqrt(v)).sum()
assert abs(told.drift - drift) < 1e-9
print(
    f"drift {drift:+.6f}, S = {C - (P - 1)}, so it {told.verdict}: R_T / T -> {told.average_regret:.3f}"
)

# %% [markdown]
# The second term is known too: $R_T = A\, T + B \sqrt T + O(1)$. Compare with a play.

# %%
play = rl.play(
    rl.methods.Adam(beta1, beta2),
    rl.losses.Spike(C, 1, P),
    rounds=1e5,
    at=[25_000, 50_000, 100_000],
)
A, B = told.average_regret, told.sqrt_coefficient
rests = []
for t in (25_000, 50_000, 100_000):
    regret, formula = float(play.data.regret.sel(round=t)), A * t + B * np.sqrt(t)
    rests.append(regret - formula)
    print(
        f"T = {t:6d}: R_T = {regret:9.2f}, A T + B sqrt(T) = {formula:9.2f}, rest {rests[-1]:+.2f}"
    )
assert max(rests) - min(rests) < 1

# %% [markdown]
# ## Phase diagrams
#
# `drift_map` evaluates $\Delta$ over a grid: here for all $(\beta_1, \beta_2)$ at once. Orange is failure.

# %%
b1, b2 = np.linspace(0, 0.98, 99), np.linspace(0, 0.995, 200)
maps = {
    n: rl.limits.drift_map(rl.methods.Adam(), rl.losses.Spike(n, 1, n), beta1=b1, beta2=b2)
    for n in (5, 10, 20)
}
drawn, axes = rl.show.figure(1, 3, (7.4, 2.8))
for ax, (n, grid) in zip(axes[0], maps.items(), strict=True):
    shown = np.where(grid.fails == 1, 1.0, 0.0)
    ax.contourf(b2, b1, shown, levels=[-0.5, 0.5, 1.5], colors=["#FFFFFF", "#D55E00"])
    ax.grid(False)
    ax.set(title=f"$C = P = {n}$", xlabel=r"$\beta_2$", ylabel=r"$\beta_1$")
drawn

# %% [markdown]
# The larger $C = P$, the larger $\beta_2$ must be, and momentum cuts a corner off. The failing set need not be an
# interval that begins at $0$: for $\beta_1 = 0.9$ and $C = P = 10$ *small* $\beta_2$ is safe again.

# %%
((start, end),) = rl.limits.failing_set(
    rl.methods.Adam(beta1=0.9), rl.losses.Spike(10, 1, 10), "beta2"
)
print(f"fails for beta2 between {start:.4f} and {end:.4f}")
assert 0.06 < start < end < 0.78
((_, high),) = rl.limits.failing_set(rl.methods.Adam(beta1=0), rl.losses.Spike(10, 1, 10), "beta2")
print(f"without momentum up to {high:.4f}; rule of thumb 1 - 4 / n^2 = {1 - 4 / 100:.4f}")

# %% [markdown]
# ## Why simulation misleads
#
# Just inside the boundary the drift is tiny, and $x$ needs $(P / (\alpha |\Delta|))^2$ rounds or so to cross the
# set. `Limit.rounds` says how many; before that no play shows the end.

# %%
near = rl.methods.Adam(0, 0.955)
step = rl.schedules.InverseSqrt(0.1)
told = rl.limit(near, rl.losses.Spike(10, 1, 10), step=step)
print(f"{told.verdict}, but not to be seen before about {told.rounds:.0e} rounds")
assert told.verdict == "fails"
for T in (10**4, 10**5, 10**6):
    run = rl.play(near, rl.losses.Spike(10, 1, 10), rounds=T, step=step, x1=-1)
    print(f"T = {T:7d}: x = {run.x[0]:+.3f}, R_T / T = {float(run.data.average_regret[-1]):.4f}")
assert run.x[0] < -0.5

# %% [markdown]
# After a million rounds $x$ is still near the good end, and who looks at this play says that Adam works here. A
# sweep shows where a play of $10^4$ rounds and the limit disagree (hatched).

# %%
sweep = rl.sweep(
    rl.methods.Adam(),
    rl.losses.Spike(10, 1, 10),
    {"beta1": np.linspace(0, 0.95, 20), "beta2": np.linspace(0.5, 0.99, 25)},
    rounds=10**4,
    x1=-1.0,
    both=True,
)
print("points where they disagree:", int(sweep.differs.sum()), "of", sweep.differs.size)
assert int(sweep.differs.sum()) > 0
sweep.plot()

# %% [markdown]
# The opposite mistake is possible as well: $\Delta$ in floating point may have the wrong sign when it is nearly
# $0$. So `limit` says "undecided" when rounding could decide, and `certify` says "not proved".

# %%
flat = rl.methods.Adam(0, 0)
document = rl.certify(flat, rl.losses.Spike(2, 1, 2))
print(rl.limit(flat, rl.losses.Spike(2, 1, 2)).verdict, "/", document["status"])
assert document["status"] == "not proved"

# %% [markdown]
# ## Exercises
#
# 1. Find the least $C = P$ on which Adam with $(0.9, 0.999)$ fails, by `orbit` alone.
# 2. Show numerically that at $S = 0$ (that is $C = P - 1$) the drift is negative for every $(\beta_1, \beta_2)$ you
#    try, $P \ge 3$. Why does that settle that Adam fails for *some* $C$ at every $P \ge 3$?
# 3. Play the near-boundary case with $\alpha = 1$ in place of $0.1$. How does the number of rounds change?

# %% [markdown]
# ## Solutions
#
# **1.**


# %%
def adam_drift(n):
    m, v = orbit(n, n, 0.9, 0.999)
    return (m / np.sqrt(v)).sum()


n = next(n for n in range(3, 500) if adam_drift(n) < 0)
assert n == rl.limits.smallest_period(rl.methods.Adam(0.9, 0.999)) == 74
print("C = P =", n)

# %% [markdown]
# **2.** $m^*_j$ falls along the period and sums to $0$, while $1 / \sqrt{v^*_j}$ rises: by Chebyshev's sum
# inequality the sum of the products is negative. $\Delta$ is continuous in $C$, so it stays negative for $C$ a
# little above $P - 1$, where $S > 0$.

# %%
draws = np.random.default_rng(0).uniform(size=(300, 3))
for p, beta1, beta2 in draws:
    P = 3 + int(40 * p)
    m, v = orbit(P - 1, P, 0.99 * beta1, 0.99 * beta2)
    assert (m / np.sqrt(v)).sum() < 0

# %% [markdown]
# **3.** Ten times the step crosses ten times as fast per round, and rounds enter by their square root: a hundredth.

# %%
quick = rl.limit(near, rl.losses.Spike(10, 1, 10), step=rl.schedules.InverseSqrt(1.0))
assert abs(told.rounds / quick.rounds / 100 - 1) < 0.01
assert quick.drift == told.drift
