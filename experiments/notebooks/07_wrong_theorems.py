# %% [markdown]
# # 7. When printed theorems are wrong
#
# **After this notebook you can** hold a regret bound against runs, test its units, look for a counterexample, and say
# exactly what is wrong: a constant, a condition, a line of the proof, or the claim.
#
# A contradiction is only as good as one's knowledge of the text. So each statement here carries a label: **P** the
# text was read, **L** read at second hand, **M** from memory, **D** derived in this project. A contradiction of an
# M line is one of our memory, until somebody reads the paper.

# %%
# %matplotlib inline
import numpy as np

import regretlab as rl
from regretlab import bounds, losses, methods, theorems

# %% [markdown]
# ## How to check a bound
#
# 1. **Units.** Measure $x$ in other units: $F$, $x_1$ and $\alpha$ are ten times as large. Each term must follow
#    the regret.
# 2. **The smallest case.** Put $T = 1$.
# 3. **The assumptions.** Check each on the run, not just those that one remembers.
# 4. **Runs**, many and nasty; look at the largest $R_t / \text{bound}$, not at whether the curve "looks below".
# 5. **The line of the proof** that gives way, with numbers.
#
# A healthy specimen first: Theorem 4 with the constants of this project (label D), on random periodic streams.

# %%
rng, worst = np.random.default_rng(5), 0.0
for _ in range(25):
    c = rng.normal(size=rng.integers(2, 7))
    method = methods.AMSGrad(0.5 * rng.random(), 0.3 + 0.6 * rng.random())
    run = rl.play(
        method,
        losses.Periodic(c),
        rounds=150,
        x1=rng.choice([-1.0, 1.0]),
        step=rl.schedules.InverseSqrt(rng.uniform(0.1, 2)),
        engine="plain",
        record=bounds.Theorem4Improved().needs,
    )
    worst = max(worst, run.against(bounds.Theorem4Improved()).tightness)
print(f"largest R_t / bound in 25 runs: {worst:.3f}")
assert worst <= 1

# %% [markdown]
# And $T = 1$: start at the wrong end, with $\alpha = D \sqrt{1 - \beta_2}$. The bound is met with equality: its first
# and last terms cannot both be smaller.

# %%
one = rl.play(
    methods.AMSGrad(0.0, 0.75),
    losses.Periodic([3.0, -1.0]),
    rounds=1,
    x1=1.0,
    step=rl.schedules.InverseSqrt(2 * np.sqrt(0.25)),
    engine="plain",
    record=bounds.Theorem4Improved().needs,
)
held = one.against(bounds.Theorem4Improved())
print(f"R_1 = {float(one.data.regret[0]):.6f}, bound = {held.rhs[0]:.6f}")
assert abs(held.tightness - 1) < 1e-12

# %% [markdown]
# ## Theorem 5: a condition that looks at the end
#
# AdamNC lets $\beta_{2t}$ change. Theorem 5 (its condition 1 as printed in the version that was read, label P; the
# rest of its bound L) asks for
#
# $$\frac{\sqrt{v_t}}{\alpha_T} \ge \frac{1}{\zeta} \|g_{1:t}\| \quad \text{for all } t \le T.$$
#
# Note the $\alpha_T$. Take $g_t = 1, -1, 1, -1, \dots$ and let $v_t = t / T$, with $\beta_1 = 0$ and $\alpha = 2$.
# Then $\sqrt{v_t} / \alpha_T = \sqrt t / 2 = \|g_{1:t}\| / 2$, so $\zeta = 2$. And $\sqrt{v_t} / \alpha_t = t / (2
# \sqrt T)$ does not fall. The bound is $\frac{D^2}{2 \alpha} \sqrt{T v_T} + 2 \zeta \sqrt T = 5 \sqrt T$.


# %%
def late(T, alpha=2.0):
    """The regret of g_t = 1, -1, ..., v_t = t / T, x_1 = 1."""
    x, paid = 1.0, 0.0
    for t in range(1, T + 1):
        g = 1.0 if t % 2 == 1 else -1.0
        paid += g * x
        x = min(max(x - alpha / np.sqrt(t) * g / np.sqrt(t / T), -1.0), 1.0)
    return paid - (-1.0 if T % 2 == 1 else 0.0)


for T in (10**3, 10**4, 10**5):
    R = late(T)
    print(
        f"T = {T:6d}: R_T = {R:7.1f}, bound {5 * np.sqrt(T):7.1f}, ratio {R / (5 * np.sqrt(T)):.2f}"
    )
assert late(10**4) > 5 * np.sqrt(10**4)
assert late(10**5) / np.sqrt(10**5) > late(10**4) / np.sqrt(10**4)

# %% [markdown]
# The ratio grows like $\ln T$: no constant saves the claim. What is wrong is the condition; with $\alpha_t$ in
# place of $\alpha_T$ it holds, and is proved (label D). The library keeps the claim with its checks.

# %%
claim = theorems.FifthTheorem(rounds=5000).row()
print(claim["verdict"], "| label", claim["label"])
for check in claim["checks"][:2]:
    print(f"{check['name']}: {check['measured']:.4f}, holds: {check['holds']}")
assert claim["verdict"] == "refuted as printed"
assert [check["holds"] for check in claim["checks"][:2]] == [False, True]

# %% [markdown]
# ## Corollary 1: wrong units, true all the same
#
# Corollary 1 (label L) is AMSGrad with $\beta_{1t} = \beta_1 \lambda^{t-1}$. Its middle term is
# $\dfrac{\beta_1 D^2 G}{(1 - \beta_1)^2 (1 - \lambda)^2}$: length times length times slope, where a regret is
# length times slope. Where the middle term of Theorem 4 has $1 / \alpha$, it has none. Test 1, with everything ten
# times as long:

# %%
decaying = methods.AMSGrad(0.5, 0.99, beta1_decay="geometric", lam=0.9)


def measured(scale, bound):
    """R_T and the bound, with lengths in other units."""
    run = rl.play(
        decaying,
        losses.ReddiPeriod3(),
        rl.sets.Interval(-scale, scale),
        rounds=300,
        x1=scale,
        step=rl.schedules.InverseSqrt(0.5 * scale),
        engine="plain",
        record=bound.needs,
    )
    held = run.against(bound)
    assert held.holds
    return float(run.data.regret[-1]), float(held.rhs[-1])


for bound in (bounds.Corollary1(), bounds.Corollary1Scaled()):
    (R1, B1), (R10, B10) = measured(1.0, bound), measured(10.0, bound)
    print(f"{bound.name:18s} regret grows {R10 / R1:.3f}-fold, the bound {B10 / B1:.3f}-fold")
    assert abs(R10 / R1 - 10) < 1e-9
    assert (abs(B10 / B1 - 10) < 1e-6) == (bound.name == "corollary1-scaled")

# %% [markdown]
# Is it false, then? Units give an argument both ways. In ever smaller units the printed middle term vanishes
# against the others; so the corollary holds in all units if and only if it holds *without* its middle term. And
# that is true, for any $\beta_{1t}$ that never rises (label D):

# %%
held = rl.play(decaying, losses.ReddiPeriod3(), rounds=1000, engine="plain").against(
    bounds.Theorem4NoMiddle()
)
print(held)
assert held.holds

# %% [markdown]
# ## Kingma & Ba: a claim, not a constant
#
# Theorem 4.1 of *Adam* (label **M**: its right-hand side as we know it, carried over to projected Adam) bounds
# $R_T$ by $O(\sqrt T)$. But with $\beta_{1t} = \beta_1 \lambda^{t-1}$ Adam becomes RMSProp, and on three losses
# that repeat RMSProp has $R_T / T \to 2/3$ (notebook 3). No constant helps. Still one has to wait for it:

# %%
kb = rl.play(
    methods.Adam(0.5, 0.1, correction="both", beta1_decay="geometric", lam=0.9),
    losses.ReddiPeriod3(),
    rounds=60_100,
    x1=1.0,
    step=rl.schedules.InverseSqrt(0.2),
    record=bounds.KingmaBa().needs,
    at=sorted({*np.geomspace(1, 60_100, 300).astype(int), *range(39_200, 39_300)}),
)
held = kb.against(bounds.KingmaBa())
first = held.rounds[held.slack < 0][0]
print(
    f"status: {bounds.KingmaBa().status}, label {bounds.KingmaBa().label}; first broken in round {first}"
)
assert not held.holds
assert first == 39_261
held.plot()

# %% [markdown]
# A check up to $T = 10^4$ would have passed.
#
# ## AdaBound: a line of the proof
#
# AdaBound clips the rate $\eta_t = \alpha / \sqrt{v_t}$ between two bounds that close in on a constant. Its proof
# (label M) takes $\sqrt t / \eta_t$ to be non-decreasing. While $\eta_t$ lies between the bounds nothing makes it so:

# %%
run = rl.play(
    methods.AdaBound(beta1=0.0, beta2=0.9, alpha=1.0),
    losses.Spike(10, 1, 5),
    rounds=60,
    x1=1.0,
    at=1,
    record=["gamma"],
    engine="plain",
)
falls = run.data["round"].values[1:][run.data.gamma.values[1:, 0] < 0]
print("sqrt(t) / eta_t falls in rounds", *falls[:6], "...")
assert falls[0] == 12
assert rl.limit(methods.AdaBound(), losses.ReddiOnline()).verdict == "vanishes"

# %% [markdown]
# That is a hole in a proof, not a counterexample to the theorem: AdaBound's rate does tend to a constant, and so
# the regret vanishes on these streams.
#
# ## Exercises
#
# 1. Online gradient descent: $R_T \le \left(\frac{D^2}{2 \alpha} + \alpha G^2\right) \sqrt T$. Is *half* of it
#    still a bound?
# 2. The first version of Theorem 4 (`bounds.Theorem4First`) lacks an $\alpha$ in its first term. Break it.
# 3. Which of the five tests would have found the error in Theorem 5?

# %% [markdown]
# ## Solutions
#
# **1.** Not for every $\alpha$: $T = 1$, $x_1$ at the wrong end, $\alpha = D / (G \sqrt 2)$. Then $R_1 = G D$, and
# half of the bound is $G D / \sqrt 2$.

# %%
G, D = 3.0, 2.0
alpha = D / (G * np.sqrt(2))
one = rl.play(
    methods.SGD(),
    losses.Periodic([G, -G]),
    rounds=1,
    x1=1.0,
    step=rl.schedules.InverseSqrt(alpha),
    engine="plain",
)
half = (D**2 / (2 * alpha) + alpha * G**2) / 2
assert float(one.data.regret[0]) > half

# %% [markdown]
# **2.** A term that should be $D^2 / \alpha$ is $D^2$: it is too small when $\alpha$ is. With a tiny $\alpha$ the
# learner stays at the wrong end and pays $T D$ for that.

# %%
slow = rl.play(
    methods.AMSGrad(0.0, 0.99),
    losses.Periodic([1.0]),
    rounds=400,
    x1=1.0,
    step=rl.schedules.InverseSqrt(1e-4),
    engine="plain",
    record=bounds.Theorem4First().needs,
)
assert slow.against(bounds.Theorem4First()).holds is False
assert slow.against(bounds.Theorem4()).holds

# %% [markdown]
# **3.** Not the units, and not $T = 1$. Runs find it only if somebody thinks of a $v_t$ that depends on $T$. The
# fifth does: in the proof $\|g_{1:t}\| / \sqrt{v_t}$ is multiplied by $\alpha_t$, and the condition speaks of
# $\alpha_T$.
