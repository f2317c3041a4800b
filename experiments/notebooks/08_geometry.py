# %% [markdown]
# # 8. Geometry
#
# **After this notebook you can** choose a feasible set, say why adaptive methods project in the metric of $\sqrt
# V$, use mirror descent where it pays, do without a step size, and follow a target that moves.

# %%
# %matplotlib inline
import numpy as np

import regretlab as rl
from regretlab import losses, methods, schedules, sets

# %% [markdown]
# ## Sets
#
# A set is a projection, a linear minimiser and a diameter. Regret bounds know it by its diameters $D_\infty$ and
# $D_2$ only.

# %%
for d in (2, 100):
    for F in (sets.Box(lo=-1, hi=1), sets.L2Ball(), sets.L1Ball(), sets.Simplex()):
        fitted = F.fit(d)
        print(
            f"d = {d:3d}  {F.name:8s} D_inf = {fitted.diameter():.3f}, D_2 = {fitted.diameter2():7.3f}"
        )
assert abs(sets.Box(lo=-1, hi=1).fit(100).diameter2() - 20) < 1e-12

# %% [markdown]
# ## The $\sqrt V$ projection
#
# Algorithm 1 does not bring $y$ back to the nearest point of $F$, but to
#
# $$\Pi_{F, \sqrt V}(y) = \arg\min_{x \in F} \sum_i \sqrt{V_i}\, (x_i - y_i)^2 .$$
#
# On an interval or a box that is the same clip. On a ball it is not: a coordinate with a large $V$, whose steps are
# small, is not to be moved by the projection either.

# %%
ball, y, w = sets.L2Ball().fit(2), np.array([1.4, 1.1]), np.array([1.0, 6.0])
euclidean = ball.project(y=y, w=np.ones(2))
weighted = ball.project(y=y, w=w)
angle = np.linspace(0, 2 * np.pi, 20_001)
circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
by_grid = circle[(w * (circle - y) ** 2).sum(axis=1).argmin()]
assert np.allclose(weighted, by_grid, atol=1e-3)
assert np.allclose(euclidean, y / np.linalg.norm(y))

drawn, axes = rl.show.figure(1, 1, (3.8, 3.4))
ax = axes[0, 0]
ax.plot(*circle.T, color="black", linewidth=1)
for z, weight, name, look in (
    (euclidean, np.ones(2), "Euclidean", rl.show.PALETTE[1]),
    (weighted, w, r"$\sqrt{V}$", rl.show.PALETTE[0]),
):
    radius = np.sqrt((weight * (z - y) ** 2).sum() / weight)
    ax.plot(*(y + radius * circle).T, linewidth=1, **look)
    ax.plot(*z, "o", color=look["color"], label=name)
ax.plot(*y, "k+", label="$y$")
ax.set(aspect="equal", xlim=(-0.2, 2.6), ylim=(-0.2, 2.2))
ax.legend(loc="upper right")
drawn

# %% [markdown]
# The proof needs it: its second line says that projecting brings no point farther from $x^*$ **in the metric of the
# step**. With the nearest point instead, that is false:

# %%
rng, farther = np.random.default_rng(0), {"Euclidean": 0.0, "sqrt V": 0.0}
for _ in range(500):
    y, star = 2 * rng.normal(size=2), rng.normal(size=2)
    star /= max(1.0, np.linalg.norm(star))
    before = (w * (y - star) ** 2).sum()
    for name, z in (
        ("Euclidean", ball.project(y=y, w=np.ones(2))),
        ("sqrt V", ball.project(y=y, w=w)),
    ):
        farther[name] = max(farther[name], (w * (z - star) ** 2).sum() / before)
print(
    "largest growth of the squared distance:", {k: round(float(r), 3) for k, r in farther.items()}
)
assert farther["Euclidean"] > 1.05
assert farther["sqrt V"] <= 1 + 1e-9

# %% [markdown]
# ## Mirror descent
#
# $x_{t+1} = \arg\min_{x \in F} \alpha \langle g_t, x \rangle + B(x, x_t)$. With $B = \frac12 |x - x_t|^2$ that is
# gradient descent; with the relative entropy on the simplex it is exponentiated gradient, whose regret against $d$
# experts grows with $\sqrt{\ln d}$. Here all experts err in half of the rounds, but for one, which errs in
# $30\,\%$. Each method has its best constant step of seven.

# %%
T, alphas = 400, (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
found = {}


def regret(mirror, stream, alpha):
    step = schedules.Constant(alpha)
    run = rl.play(methods.OMD(mirror=mirror), stream, sets.Simplex(), rounds=T, step=step, at=[T])
    return float(run.data.regret[-1])


for d in (8, 64, 512):
    errs = rng.random((T, d)) < np.where(np.arange(d) == 0, 0.3, 0.5)
    stream = losses.Periodic(errs.astype(float))
    for mirror in ("entropy", "euclidean"):
        found[d, mirror] = min(regret(mirror, stream, alpha) for alpha in alphas)
    print(
        f"d = {d:3d}: R_T with the entropy {found[d, 'entropy']:5.1f}, Euclidean {found[d, 'euclidean']:5.1f}"
    )
    assert found[d, "entropy"] < found[d, "euclidean"] / 2

# %% [markdown]
# ## Without a step size
#
# $\alpha = D / (G \sqrt 2)$ needs $D$, the distance to an answer that one does not know. Take $f_t(x) = |x - u|$ on
# a large interval and look at $R_T / (|u| \sqrt T)$, which is about $1$ for a good step. Coin betting bets a part
# of the "wealth" that it has won, and needs no step at all; it pays with a logarithm.

# %%
T, far = 10_000, sets.Interval(-1000, 1000)
table = {}
for u in (0.3, 30.0, 300.0):
    stream = losses.Absolute([u])
    row = {}
    for alpha in (0.1, 1.0, 10.0, 100.0):
        step = schedules.InverseSqrt(alpha)
        row[f"alpha={alpha:g}"] = rl.play(methods.SGD(), stream, far, rounds=T, step=step, at=[T])
    row["coins"] = rl.play(methods.CoinBetting(), stream, far, rounds=T, at=[T])
    table[u] = {k: float(run.data.regret[-1]) / (u * np.sqrt(T)) for k, run in row.items()}
    print(f"u = {u:5.1f}: ", "  ".join(f"{k}: {r:8.2f}" for k, r in table[u].items()))
assert max(row["coins"] for row in table.values()) < 6
assert all(
    max(row[k] for row in table.values()) > 20 for k in ("alpha=0.1", "alpha=1", "alpha=100")
)

# %% [markdown]
# Each fixed step is good at one distance and terrible at another; the coins stay within a factor.
#
# ## A target that moves
#
# Against the best *fixed* point a follower wins easily, and static regret becomes negative. **Dynamic regret**
# compares with the best point of every round. What can be had depends on the path length $P_T = \sum_t |u_{t+1} -
# u_t|$: a large step follows, a small one averages. Here the gradients are noisy, so that both matter.


# %%
def tracking(alpha, period, T=1600, runs=40):
    """Dynamic and static regret of noisy gradient descent, and the path length."""
    rng = np.random.default_rng(1)
    target = 0.7 * np.sin(2 * np.pi * np.arange(T) / period)
    x, dynamic, paid = np.zeros(runs), 0.0, 0.0
    for u in target:
        loss = (x - u) ** 2 / 2
        dynamic, paid = dynamic + loss.mean(), paid + loss.mean()
        x = np.clip(x - alpha * (x - u + 0.5 * rng.normal(size=runs)), -1, 1)
    return dynamic, paid - ((target.mean() - target) ** 2 / 2).sum(), abs(np.diff(target)).sum()


steps = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
drawn, axes = rl.show.figure(1, 1, (5.2, 3.0))
best = {}
for look, period in zip(rl.show.PALETTE, (1600, 400, 100), strict=False):
    outcomes = [tracking(a, period) for a in steps]
    dynamic = [one[0] for one in outcomes]
    best[period] = steps[int(np.argmin(dynamic))]
    axes[0, 0].plot(steps, dynamic, label=f"$P_T = {outcomes[0][2]:.1f}$", **look)
    print(
        f"P_T = {outcomes[0][2]:4.1f}: best step {best[period]}, dynamic regret {min(dynamic):.1f}, "
        f"static regret there {outcomes[int(np.argmin(dynamic))][1]:.1f}"
    )
axes[0, 0].set(
    xscale="log", yscale="log", xlabel=r"constant step $\alpha$", ylabel="dynamic regret"
)
axes[0, 0].legend()
assert best[1600] < best[100]
drawn

# %% [markdown]
# The library measures it for any play:

# %%
run = rl.play(
    methods.SGD(),
    losses.Drift(path="sinusoidal", period=400, amplitude=0.7),
    rounds=1600,
    step=schedules.Constant(0.3),
    at=[1600],
    engine="plain",
)
moving = run.dynamic_regret()
print(f"static {float(run.data.regret[-1]):.1f}, dynamic {float(moving.regret[-1]):.3f}")
assert float(run.data.regret[-1]) < 0 < float(moving.regret[-1])

# %% [markdown]
# ## Exercises
#
# 1. On the simplex, show that with equal weights $w$ the projection only shifts all coordinates and cuts at $0$.
# 2. Why is the $\sqrt V$ projection onto a box the Euclidean one?
# 3. Exponentiated gradient by hand: $x_{t+1,i} \propto x_{t,i} \exp(-\alpha g_{t,i})$. Check it against
#    `methods.OMD()`.

# %% [markdown]
# ## Solutions
#
# **1.** $x_i = \max(y_i - \theta, 0)$ with $\theta$ such that the sum is $1$:

# %%
y = np.array([0.9, 0.5, -0.2, 0.1])
x = sets.Simplex().fit(4).project(y=y, w=np.ones(4))
theta = (y - x)[x > 0]
assert np.ptp(theta) < 1e-12
assert np.allclose(x, np.maximum(y - theta[0], 0))

# %% [markdown]
# **2.** The sum has one term a coordinate and the box one condition a coordinate, so each is minimised by itself,
# and a positive factor does not move a minimum.

# %%
grid = np.linspace(-1, 1, 2001)
for target in (3.0, 0.2, -1.7):
    nearest = {weight: grid[(weight * (grid - target) ** 2).argmin()] for weight in (1.0, 6.0)}
    assert nearest[1.0] == nearest[6.0]
    assert abs(nearest[1.0] - np.clip(target, -1, 1)) < 1e-3

# %% [markdown]
# **3.**

# %%
c = rng.normal(size=(30, 5))
x = np.full(5, 0.2)
for g in c:
    x = x * np.exp(-0.1 * g)
    x /= x.sum()
run = rl.play(
    methods.OMD(),
    losses.Periodic(c),
    sets.Simplex(),
    rounds=30,
    step=schedules.Constant(0.1),
    engine="plain",
)
assert np.allclose(run.x, x, atol=1e-12)
