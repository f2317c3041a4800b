# %% [markdown]
# # 2. Algorithm 1: two functions make an optimizer
#
# **After this notebook you can** write SGD, AdaGrad, RMSProp, Adam, AMSGrad and their relatives as choices of two
# functions $\phi_t$ and $\psi_t$, check yours against a library, and add an optimizer of your own.

# %%
# %matplotlib inline
from typing import NamedTuple

import numpy as np

import regretlab as rl
from regretlab import methods

# %% [markdown]
# ## One algorithm
#
# Reddi, Kale & Kumar (2018) put the adaptive methods into one frame, their Algorithm 1. With
# $g_t = \nabla f_t(x_t)$,
#
# $$m_t = \phi_t(g_1, \dots, g_t), \qquad V_t = \psi_t(g_1, \dots, g_t), \qquad
# x_{t+1} = \Pi_{F, \sqrt{V_t}}\left(x_t - \alpha_t \, \frac{m_t}{\sqrt{V_t}}\right).$$
#
# $\phi$ says where to go and $\psi$ how far each coordinate may. A method knows its own two:

# %%
methods.Adam()

# %% [markdown]
# ## Ten optimizers
#
# Written as the frame has them: two functions of **all gradients so far**, an array `g` whose last entry is $g_t$.
# The averages are weighted sums of the past.

# %%
b1, b2 = 0.9, 0.99


def ema(g, b):
    """(1 - b) (g_t + b g_{t-1} + b^2 g_{t-2} + ...)"""
    return (1 - b) * (g * b ** np.arange(len(g))[::-1]).sum()


def largest_ema(g, b):
    """The largest of the averages so far."""
    return max(ema(g[: k + 1], b) for k in range(len(g)))


def faded_max(g, b):
    return (abs(g) * b ** np.arange(len(g))[::-1]).max()


ten = {
    # name: (phi, psi, the same from the library)
    "SGD": (lambda g: g[-1], lambda g: 1.0, methods.SGD()),
    "signSGD": (lambda g: np.sign(g[-1]), lambda g: 1.0, methods.SignSGD()),
    "RMSProp": (lambda g: g[-1], lambda g: ema(g**2, b2), methods.RMSProp(beta2=b2)),
    "AdaGrad": (lambda g: g[-1], lambda g: (g**2).mean(), methods.AdaGrad()),
    "Adam": (lambda g: ema(g, b1), lambda g: ema(g**2, b2), methods.Adam(b1, b2)),
    "Adam, corrected": (
        lambda g: ema(g, b1) / (1 - b1 ** len(g)),
        lambda g: ema(g**2, b2) / (1 - b2 ** len(g)),
        methods.Adam(b1, b2, correction="both"),
    ),
    "AMSGrad": (lambda g: ema(g, b1), lambda g: largest_ema(g**2, b2), methods.AMSGrad(b1, b2)),
    "AdamNC": (lambda g: ema(g, b1), lambda g: (g**2).mean(), methods.AdamNC(b1)),
    "AdaMax": (
        lambda g: ema(g, b1) / (1 - b1 ** len(g)),
        lambda g: faded_max(g, b2) ** 2,
        methods.AdaMax(b1, b2),
    ),
    "PAdam": (
        lambda g: ema(g, b1),
        lambda g: largest_ema(g**2, b2) ** (2 * 0.125),
        methods.PAdam(b1, b2, p=0.125),
    ),
}

# %% [markdown]
# One loop plays all ten. On the line $[-1, 1]$ the projection is a clip, whatever its metric.


# %%
def algorithm1(phi, psi, gradients, alpha):
    x, past = 0.0, np.empty(0)
    for t, g in enumerate(gradients, start=1):
        past = np.append(past, g)
        m, V = phi(past), psi(past)
        x = min(max(x - alpha / np.sqrt(t) * m / np.sqrt(V), -1.0), 1.0)
    return x


T, stream = 60, rl.losses.Spike(C=10, small=1, period=10)
gradients = [10.0 if t % 10 == 1 else -1.0 for t in range(1, T + 1)]
for name, (phi, psi, method) in ten.items():
    mine = algorithm1(phi, psi, gradients, alpha=0.05)
    play = rl.play(method, stream, rounds=T, step=rl.schedules.InverseSqrt(0.05), engine="plain")
    assert abs(mine - play.x[0]) < 1e-12, name
    print(f"{name:16s} x after {T} rounds: {mine:+.6f}")

# %% [markdown]
# All ten agree with the library to $10^{-12}$. (`engine="plain"` runs the loop in Python, which for sixty rounds is
# quicker than compiling it.) Keeping all past gradients is how the frame is *defined*, not how it is run: each of
# these functions can be carried along in one or two numbers.
#
# ## What the two functions change
#
# The stream above sends $10x$ once in ten rounds, else $-x$. It sums to $+x$ over ten rounds, so $-1$ is the best
# point. Over a longer play:

# %%
drawn, axes = rl.show.figure(1, 1, (6.4, 3.2))
chosen = {
    "SGD": methods.SGD(),
    "Adam": methods.Adam(b1, 0.5),
    "AMSGrad": methods.AMSGrad(b1, 0.5),
    "AdaGrad": methods.AdaGrad(),
    "signSGD": methods.SignSGD(),
}
last = {}
for look, (name, method) in zip(rl.show.PALETTE, chosen.items(), strict=False):
    play = rl.play(method, stream, rounds=3e4)
    last[name] = play.x[0]
    axes[0, 0].plot(play.data["round"], play.data.iterate[:, 0], label=name, **look)
axes[0, 0].set(xscale="log", xlabel="round $t$", ylabel="iterate $x_t$")
axes[0, 0].legend()
assert last["Adam"] > 0.9
assert max(last["SGD"], last["AMSGrad"], last["AdaGrad"]) < 0
drawn

# %% [markdown]
# Adam and signSGD go to the wrong end. Why is the subject of the next notebook.
#
# ## Write your own
#
# A method is what it remembers, and $\phi$ and $\psi$ of that memory, for one coordinate. Each function receives what
# it names: `t` the round, `g` the gradient, `s` the memory. A parameter has a range and a meaning.


# %%
class FadingMax(rl.Method):
    """Divide by a fading maximum of |g| which never falls faster than `fade` a round."""

    fade: float = rl.real("[0, 1]", "how much of the maximum is kept", "f", default=0.9)

    class Memory(NamedTuple):
        g: float = 0.0
        top: float = 0.0

    def remember(self, g, s):
        return self.Memory(g, max(abs(g), self.fade * s.top))

    def phi(self, s):
        return s.g

    def psi(self, s):
        return s.top * s.top


mine = rl.play(FadingMax(fade=0.9), stream, rounds=3000, engine="plain")
same = rl.play(methods.AdaMax(beta1=0, beta2=0.9), stream, rounds=3000)
assert np.allclose(mine.data.iterate, same.data.iterate, rtol=0, atol=1e-12)
print(f"x = {mine.x[0]:+.4f}: it is AdaMax without momentum")

# %% [markdown]
# A parameter out of its range is refused in one line.

# %%
try:
    FadingMax(fade=1.5)
except rl.InvalidInput as refused:
    print(refused)

# %% [markdown]
# ## Exercises
#
# 1. Write heavy-ball momentum, $v_t = \beta v_{t-1} + g_t$, as a pair $(\phi, \psi)$ and hold it against
#    `methods.Momentum(0.9)`. They differ: look at what `methods.Momentum()` shows, and find the option that mends it.
# 2. `fade=1` makes `FadingMax` a relative of AMSGrad. Does it go to the right end on this stream?
# 3. Give a pair $(\phi, \psi)$ for which multiplying all losses by $7$ changes nothing, and one for which it does.

# %% [markdown]
# ## Solutions
#
# **1.** The library keeps $\alpha_t$ inside the velocity by default; with `form="outside"` the step is taken after
# the averaging, and then $\phi_t = \sum_k \beta^{k} g_{t-k}$, $\psi_t = 1$.

# %%
play = rl.play(
    methods.Momentum(0.9, form="outside"),
    stream,
    rounds=T,
    step=rl.schedules.InverseSqrt(0.05),
    engine="plain",
)
x = algorithm1(lambda g: ema(g, 0.9) / (1 - 0.9), lambda g: 1.0, gradients, alpha=0.05)
assert abs(x - play.x[0]) < 1e-12

# %% [markdown]
# **2.** Yes: the divisor reaches $10$ in round 1 and stays, so this is gradient descent with smaller steps.

# %%
steady = rl.play(FadingMax(fade=1.0), stream, rounds=3000, engine="plain")
plain = rl.play(methods.SGD(), stream, rounds=3000, step=rl.schedules.InverseSqrt(0.05))
assert abs(steady.x[0] - plain.x[0]) < 1e-9
assert steady.x[0] < mine.x[0]

# %% [markdown]
# **3.** Adam's $m_t / \sqrt{v_t}$ does not see the scale; SGD's $g_t$ does.

# %%
sevenfold = [7 * g for g in gradients]
for name, same in {"Adam": True, "SGD": False}.items():
    phi, psi, _ = ten[name]
    moved = algorithm1(phi, psi, sevenfold, 0.05) - algorithm1(phi, psi, gradients, 0.05)
    assert (abs(moved) < 1e-12) == same
