# %% [markdown]
# # 3. How Adam fails
#
# **After this notebook you can** compute by hand where Adam goes on three losses that repeat, prove it with a
# certificate that anybody can check, and say why the same happens on the stream of the paper's Figure 1.

# %%
# %matplotlib inline
from fractions import Fraction

import numpy as np

import regretlab as rl
from regretlab.limits import certificate, checker

# %% [markdown]
# ## Three losses that repeat
#
# On $F = [-1, 1]$ the adversary plays, for some $C > 2$,
#
# $$f_t(x) = C x \text{ if } t \bmod 3 = 1, \qquad f_t(x) = -x \text{ else.}$$
#
# Over three rounds the losses sum to $(C - 2) x$, so $x^* = -1$ is the best point. Adam with $\beta_1 = 0$ (that is
# RMSProp) and $\beta_2 = 1 / (1 + C^2)$ goes to $+1$, the worst: this is Theorem 1 of Reddi, Kale & Kumar (2018). We
# take $C = 3$, so that $\beta_2 = 1/10$.

# %%
C, beta2 = 3, Fraction(1, 10)
c = [C, -1, -1]

# %% [markdown]
# ## By hand: the orbit of $v$
#
# The losses are linear, so the gradients are $3, -1, -1, 3, -1, -1, \dots$ **whatever the learner does**. Hence
# $v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2$ tends to an orbit of period 3. If $v^*$ stands after the third round,
# one period later it is
#
# $$\beta_2^3 v^* + (1 - \beta_2)(\beta_2^2 \cdot 9 + \beta_2 \cdot 1 + 1),$$
#
# and on the orbit that is $v^*$ again. Fractions make it exact.

# %%
added = (1 - beta2) * (beta2**2 * 9 + beta2 + 1)
v = added / (1 - beta2**3)
orbit = []
for g in c:
    v = beta2 * v + (1 - beta2) * g**2
    orbit.append(v)
assert orbit[-1] == added / (1 - beta2**3)
print("v* after each of the three rounds:", *orbit)
print("about", *(f"{float(v):.4f}" for v in orbit))

# %% [markdown]
# ## The three updates
#
# $x_{t+1} = x_t - \alpha_t u_t$ with $u_t = g_t / \sqrt{v_t}$. The large gradient is divided by the large $v$ that
# it has just made itself; the small ones are divided by the small $v$ that is left when it is forgotten.

# %%
u = [g / np.sqrt(float(v)) for g, v in zip(c, orbit, strict=True)]
print("updates u*:", *(f"{one:+.4f}" for one in u))
print(f"drift, their sum: {sum(u):+.4f}")
assert sum(c) > 0
assert sum(u) < 0

# %% [markdown]
# The gradients sum to $+1$, the updates to $-0.68$. In every period $x$ is pushed **up** by $0.68\, \alpha_t$,
# although going down is what pays. Nothing in this depends on $\alpha$ or on where $x$ starts.

# %%
drawn, axes = rl.show.figure(1, 2, (7.2, 2.8))
for ax, values, name in zip(axes[0], (c, u), ("gradient $g_t$", "update $u^*_j$"), strict=True):
    ax.bar([1, 2, 3, 5], [*values, sum(values)], color=["#D55E00", "#0072B2", "#0072B2", "#000000"])
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks([1, 2, 3, 5], ["1", "2", "3", "sum"])
    ax.set(xlabel="round of the period", title=name)
drawn

# %% [markdown]
# A play shows it: from the fourth round on $x_{3k+1} = 1$ in every period, and the average regret does not vanish.
# Per period the learner pays $3 - 1 - 1$ at about $x = 1$, and the best point pays $-1$: regret $2$ in $3$ rounds.

# %%
adam = rl.methods.Adam(beta1=0, beta2=0.1)
run = rl.play(adam, rl.losses.ReddiPeriod3(C=3), rounds=3000, x1=1.0, at=1, engine="plain")
starts = run.data.iterate.values[::3, 0]
assert (starts == 1.0).all()
print(f"R_T / T = {float(run.data.average_regret[-1]):.4f}, and the limit is 2/3")
run.plot()

# %% [markdown]
# ## T = infinity, and a proof
#
# `rl.limit` does what we did by hand for any method that has such an orbit, in floating point.

# %%
told = rl.limit(adam, rl.losses.ReddiPeriod3(C=3))
assert told.verdict == "fails"
assert np.allclose(told.update[:, 0], u)
assert abs(told.average_regret - 2 / 3) < 1e-12
print(told.verdict, f"with drift {told.drift:.12f}")

# %% [markdown]
# Three thousand rounds are no proof, and neither is a drift in floats. `rl.certify` encloses the orbit in intervals
# with rational ends, and writes down what anybody can check with `checker`, a file that shares no code with the
# prover.

# %%
document = rl.certify(adam, rl.losses.ReddiPeriod3(C=3))
print(document["status"], document["claim"])
low, high = document["drift"]
print("drift between", low)
print("          and", high)
print(f"so {float(sum(map(Fraction, document['drift'])) / 2):.6f}, and on either side", end=" ")
print(f"{float(Fraction(high) - Fraction(low)) / 2:.1e}")
assert 0 < Fraction(high) - Fraction(low) < Fraction(1, 10**29)
assert Fraction(high) < 0
statements = checker.check(document)
print(f"checked, {len(statements)} statements, of which the first is: {statements[0]}")
assert document["status"] == "proved"

# %% [markdown]
# A certificate that was tampered with is refused. If a number was changed and nothing else, its digest gives it away:

# %%
claim, later = document["claim"], document["all_t"]


def refusal(forged):
    """Why the checker does not believe it."""
    try:
        checker.check(forged)
    except checker.Rejected as refused:
        return str(refused)
    raise AssertionError("it was believed")


halved = {"claim": {**claim, "average_regret": "1/3"}}
print(refusal({**document, **halved}))

# %% [markdown]
# That guards against damage, not against fraud. The digest is no secret (it is the SHA-256 of the rest of the
# document), so whoever forges a number forges the digest with it: `certificate.sealed` writes the one that fits.
# What then refuses the document is the mathematics, which `checker` does anew from the inputs.

# %%
forgeries = {
    "R_T / T tends to 1/3": halved,
    "Adam does not fail": {
        "claim": {"verdict": "vanishes", "average_regret": "0", "x_limit": "-1"},
        "drift": [end.removeprefix("-") for end in (high, low)],
    },
    "the drift is the interval's lower end": {"drift": [low, low]},
    f"x is at 1 from block 10 on, not {later['hit_block']}": {"all_t": {**later, "hit_block": 10}},
}
for lie, changed in forgeries.items():
    told_why = refusal(certificate.sealed({**document, **changed}))
    assert "SHA-256" not in told_why
    print(f"{lie}:\n    {told_why}")

# %% [markdown]
# A claim that is weaker is no lie, and is believed: a wider interval for the drift, sealed in the same way, passes.

# %%
print(checker.check(certificate.sealed({**document, "drift": ["-0.7", "-0.6"]}))[0])

# %% [markdown]
# ## 1010 and -10
#
# The paper's experiment has $1010 x$ once in $101$ rounds, else $-10 x$; the sum over a period is $1010 - 1000 =
# +10$, so again $x^* = -1$. Here $\beta_1 = 0.9$ and $\beta_2 = 0.99$. The picture is the same, with $101$ updates.

# %%
adam = rl.methods.Adam(beta1=0.9, beta2=0.99)
told = rl.limit(adam, rl.losses.ReddiOnline())
u = told.update[:, 0]
print(
    f"the updates that push down sum to {u[u > 0].sum():.4f}, those that push up to {u[u < 0].sum():.4f}"
)
print(
    f"drift {told.drift:.6f}; average regret tends to {Fraction(told.average_regret).limit_denominator(999)}"
)
assert rl.certify(adam, rl.losses.ReddiOnline())["status"] == "proved"

# %%
drawn, axes = rl.show.figure(1, 2, (7.2, 3.0))
left, right = axes[0]
left.bar(np.arange(1, 102), u, width=1.0, color=np.where(u > 0, "#D55E00", "#0072B2"))
left.set(xlabel="round of the period", ylabel="update $u^*_j$")
ends = {}
for look, method in zip(
    rl.show.PALETTE, (adam, rl.methods.AMSGrad(beta1=0.9, beta2=0.99)), strict=False
):
    run = rl.play(method, rl.losses.ReddiOnline(), rounds=1e6)
    ends[method.name] = run.x[0]
    right.plot(run.data["round"], run.data.iterate[:, 0], label=method.name, **look)
right.set(xscale="log", xlabel="round $t$", ylabel="iterate $x_t$")
right.legend()
assert ends["adam"] > 0.99
assert ends["amsgrad"] < 0
drawn

# %% [markdown]
# Momentum makes the orange part wider, and $\beta_2 = 0.99$ makes the forgetting slower; the sum keeps its sign.
#
# ## Exercises
#
# 1. For $C = 3$ and $\beta_1 = 0$ the failure stops at some $\beta_2$. Find it to four digits by bisection, with
#    fractions or floats, then compare with `rl.limits.failing_set`.
# 2. Does bias correction help? Does a smaller $\alpha$?
# 3. Why must the losses be linear for this analysis?

# %% [markdown]
# ## Solutions
#
# **1.**


# %%
def drift(beta2, C=3.0):
    v = (1 - beta2) * (beta2**2 * C**2 + beta2 + 1) / (1 - beta2**3)
    total = 0.0
    for g in (C, -1.0, -1.0):
        v = beta2 * v + (1 - beta2) * g * g
        total += g / np.sqrt(v)
    return total


low, high = 0.1, 0.9
while high - low > 1e-9:
    middle = (low + high) / 2
    low, high = (middle, high) if drift(middle) < 0 else (low, middle)
((start, end),) = rl.limits.failing_set(rl.methods.Adam(beta1=0), rl.losses.ReddiPeriod3(), "beta2")
assert abs(low - end) < 1e-8
print(f"it fails for beta2 from {start:.0f} to {end:.4f}")

# %% [markdown]
# **2.** Neither. The corrections tend to $1$, so the orbit is the same, and $\alpha$ does not enter the drift. (A
# smaller $\alpha$ makes $x$ arrive later.)

# %%
corrected = rl.limit(
    rl.methods.Adam(beta1=0.9, beta2=0.99, correction="both"), rl.losses.ReddiOnline()
)
assert abs(corrected.drift - told.drift) < 1e-12
small = rl.limit(adam, rl.losses.ReddiOnline(), step=rl.schedules.InverseSqrt(0.01))
assert small.verdict == "fails"
assert small.rounds > told.rounds

# %% [markdown]
# **3.** Because the gradient of a linear loss does not depend on $x$: the gradients, and with them $m_t$ and $v_t$,
# repeat whatever the learner does. On $f_t(x) = (x - c_t)^2 / 2$ they would not.
