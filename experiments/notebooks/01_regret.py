# %% [markdown]
# # 1. Regret from nothing
#
# **After this notebook you can** play online gradient descent against a stream of losses, say what its regret
# is and against whom, and prove Zinkevich's $O(\sqrt T)$ bound in four lines, each of which you have
# seen as a number.
#
# You need: what a gradient is, and what convex means. Time: half an hour.

# %%
# %matplotlib inline
import numpy as np

import regretlab as rl

# %% [markdown]
# ## The game
#
# In each round $t = 1, \dots, T$
#
# 1. you choose a point $x_t$ of a convex set $F$, here $[-1, 1]$;
# 2. an adversary reveals a convex loss $f_t$, and you pay $f_t(x_t)$.
#
# No distribution is assumed: the adversary may do what it likes. A first one charges the distance to a
# target that jumps to and fro: $f_t(x) = (x - c_t)^2 / 2$.


# %%
class Jumping(rl.Losses):
    """f_t(x) = (x - c_t)^2 / 2, c_t = 0.8 in four rounds out of five, else -0.6."""

    def gradient(self, t, x):
        return x - (-0.6 if t % 5 == 0 else 0.8)

    def value(self, t, x):
        return self.gradient(t, x) ** 2 / 2


# %% [markdown]
# ## A learner
#
# Online gradient descent needs one line: step against the last gradient $g_t = f_t'(x_t)$, and come back to $F$:
#
# $$x_{t+1} = \Pi_F(x_t - \alpha_t g_t), \qquad \alpha_t = \alpha / \sqrt t .$$
#
# Before we use the library, here it is by hand.

# %%
T, alpha = 1000, 0.5
c = np.where(np.arange(1, T + 1) % 5 == 0, -0.6, 0.8)
x, paid = 0.0, 0.0
for t in range(1, T + 1):
    paid += (x - c[t - 1]) ** 2 / 2
    x = min(max(x - alpha / np.sqrt(t) * (x - c[t - 1]), -1.0), 1.0)
print(f"after {T} rounds: x = {x:.4f}, paid {paid:.3f}")

# %% [markdown]
# And here it is as a play. `rl.play` takes a method, a loss sequence, a set (the default is $[-1, 1]$), the number of
# rounds and a step size, and gives back labelled data.

# %%
run = rl.play(
    rl.methods.SGD(),
    Jumping(),
    rl.sets.Interval(-1, 1),
    rounds=T,
    step=rl.schedules.InverseSqrt(alpha),
    at=1,
    engine="plain",
)
assert abs(run.x[0] - x) < 1e-12
assert abs(float(run.data.cumulative_loss[-1]) - paid) < 1e-9
print(f"play: x = {run.x[0]:.4f}, paid {float(run.data.cumulative_loss[-1]):.3f}")

# %% [markdown]
# ## The comparator
#
# Is that much or little? The losses sum to something large whatever one does, so we compare with the **best
# fixed point in hindsight**,
#
# $$R_T = \sum_{t=1}^T f_t(x_t) - \min_{x \in F} \sum_{t=1}^T f_t(x).$$
#
# For these parabolas the best point is the mean of the $c_t$.

# %%
best = c.mean()
regret = paid - ((best - c) ** 2 / 2).sum()
assert abs(float(run.data.comparator[-1, 0]) - best) < 1e-6
assert abs(float(run.data.regret[-1]) - regret) < 1e-6
print(f"best fixed point {best:.3f}, regret {regret:.3f}, per round {regret / T:.5f}")

# %% [markdown]
# A comparator that is found by a solver is only as good as the solver. So each play carries a certified gap: the true
# regret lies between `regret` and `regret + comparator_gap`.

# %%
gap = float(run.data.comparator_gap[-1])
assert 0 <= gap < 1e-6
run.plot()

# %% [markdown]
# ## Zinkevich's bound in four lines
#
# Write $D$ for the diameter of $F$, $G$ for the largest $|g_t|$, and $x^*$ for the comparator.
#
# 1. *Convexity.* $R_T \le \sum_t g_t (x_t - x^*)$.
# 2. *Projection.* It brings no point farther from $x^* \in F$, so
#    $(x_{t+1} - x^*)^2 \le (x_t - x^*)^2 - 2 \alpha_t g_t (x_t - x^*) + \alpha_t^2 g_t^2$, that is
#    $g_t (x_t - x^*) \le \dfrac{(x_t - x^*)^2 - (x_{t+1} - x^*)^2}{2 \alpha_t} + \dfrac{\alpha_t}{2} g_t^2$.
# 3. *Telescoping.* $1/\alpha_t$ does not fall and $|x_t - x^*| \le D$, so the first fractions sum to at most
#    $D^2 / (2 \alpha_T)$.
# 4. *Summing.* $|g_t| \le G$ and $\sum_{t \le T} t^{-1/2} \le 2 \sqrt T$. Hence
#    $R_T \le \left(\dfrac{D^2}{2 \alpha} + \alpha G^2\right) \sqrt T$.
#
# Each line is a number along our run. First by hand, under the names that the library gives them. Its chain begins
# with the regret itself and takes our line 4 in two steps, first $|g_t| \le G$, then the sum of the $t^{-1/2}$:
#
# | our line | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | the library's | 2 *linear* | 3 *projection* | 4 *telescope* | 5 *gradients*, 6 *sum* |

# %%
x_t = run.data.iterate.values[:, 0]
x_next = np.append(x_t[1:], run.x[0])
a_t = alpha / np.sqrt(np.arange(1, T + 1))
g_t = x_t - c
D, G = 2.0, abs(g_t).max()
lines = {
    "regret": regret,
    "linear": (g_t * (x_t - best)).sum(),
    "projection": (((x_t - best) ** 2 - (x_next - best) ** 2) / (2 * a_t) + a_t * g_t**2 / 2).sum(),
    "telescope": D**2 / (2 * a_t[-1]) + (a_t * g_t**2).sum() / 2,
    "gradients": D**2 / (2 * a_t[-1]) + G**2 * a_t.sum() / 2,
    "sum": (D**2 / (2 * alpha) + alpha * G**2) * np.sqrt(T),
}
for k, (name, value) in enumerate(lines.items(), start=1):
    print(f"{k} {name:12s} {value:9.3f}")
values = list(lines.values())
assert (np.diff(values) >= -1e-9).all()

# %% [markdown]
# `rl.theorems.proof_lines` computes the same six at every recorded round, and says where the bound is lost. Almost
# all of it goes in *telescope*, a factor of 24 of 29: the proof allows the learner to be $D$ away from $x^*$, and it
# is not. In the figure 2 lies on 3, since no step of this run leaves $F$ and the projection does nothing, and 5 all
# but on 6.

# %%
chain = rl.theorems.proof_lines(run.replay(at=None), "ogd")
assert chain.attrs["holds"] == 1
assert list(chain.line.values) == list(lines)
assert np.allclose(chain.value[:, -1], values, rtol=1e-6)
assert np.isclose(lines["linear"], lines["projection"])
assert lines["gradients"] > 0.99 * lines["sum"]
assert round(lines["telescope"] / lines["projection"]) == 24
assert round(lines["sum"] / lines["regret"]) == 29
rl.show.plot_proof(chain)

# %% [markdown]
# A bound is an object, with its source and its assumptions, and can be held against any play.

# %%
held = run.against(rl.bounds.OGD())
assert held.holds
print(held)
print(f"largest R_t / bound: {held.tightness:.3f}")

# %% [markdown]
# ## Exercises
#
# 1. Regret can be **negative**. Find a stream on which online gradient descent beats every fixed point.
# 2. The parabolas are $1$-strongly convex. Play with $\alpha_t = 1 / t$ (`rl.schedules.Inverse(1.0)`), and hold the
#    play against `rl.bounds.StronglyConvexOGD()`. How does the regret grow now?
# 3. Which $\alpha$ makes the right-hand side of line 4 smallest, and what is it then?

# %% [markdown]
# ## Solutions
#
# **1.** A target that moves slowly can be followed; a fixed point cannot follow.

# %%
slow = rl.play(
    rl.methods.SGD(),
    rl.losses.Drift(path="sinusoidal", period=500),
    rounds=2000,
    step=rl.schedules.Constant(0.5),
)
assert float(slow.data.regret[-1]) < 0
print(f"R_T = {float(slow.data.regret[-1]):.1f}")

# %% [markdown]
# **2.** It grows as $\ln T$ and not as $\sqrt T$: the bound is $\frac{G^2}{2 \mu} (1 + \ln T)$.

# %%
sharp = run.replay(step=rl.schedules.Inverse(1.0))
told = sharp.against(rl.bounds.StronglyConvexOGD())
assert told.holds
assert float(sharp.data.regret[-1]) < float(run.data.regret[-1])
print(f"regret {float(sharp.data.regret[-1]):.3f} under a bound of {told.rhs[-1]:.3f}")

# %% [markdown]
# **3.** $D^2 / (2 \alpha) + \alpha G^2$ is least at $\alpha = D / (G \sqrt 2)$, and is $\sqrt 2\, G D$ there.

# %%
alphas = np.linspace(0.2, 3, 2801)
rhs = D**2 / (2 * alphas) + alphas * G**2
assert abs(alphas[rhs.argmin()] - D / (G * np.sqrt(2))) < 2e-3
assert abs(rhs.min() - np.sqrt(2) * G * D) < 1e-5
