"""The methods against the libraries that people train with, round by round, in float64.

Only what has the same definition is compared: no library leaves Adam's bias correction out, so
Adam itself waits for a named option.
"""

from __future__ import annotations

import numpy as np
import pytest

import regretlab as rl

pytestmark = pytest.mark.peer

ROUNDS, ALPHA, LO, HI = 500, 0.5, -1.0, 1.0
AMSGRAD = {"beta1": 0.9, "beta2": 0.99}


def coefficients(kind: str) -> np.ndarray:
    """Gradients of three coordinates and 500 rounds."""
    rng = np.random.default_rng(7)
    dense = rng.standard_normal((ROUNDS, 3))
    return {
        "dense": dense,
        "sparse": dense * (rng.random((ROUNDS, 3)) < 0.1) + np.eye(ROUNDS, 3),
        "tiny": dense * 1e-8,
        "huge": dense * 1e8,
        "spikes": np.where(np.arange(1, ROUNDS + 1)[:, None] % 101 == 1, 1010.0, -10.0)
        * np.ones(3),
    }[kind]


def ours(method: rl.Method, c: np.ndarray) -> np.ndarray:
    run = rl.play(method, rl.losses.Periodic(c), rl.sets.Box(LO, HI), rounds=ROUNDS, at=1)
    return np.vstack([run.data.iterate.values[1:], run.x])


def with_torch(make, c: np.ndarray, constant: bool = False) -> np.ndarray:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    optimizer = make(torch, [x])
    seen = []
    for t, g in enumerate(c, 1):
        optimizer.param_groups[0]["lr"] = ALPHA if constant else ALPHA / t**0.5
        x.grad = torch.tensor(g)
        optimizer.step()
        with torch.no_grad():
            x.clamp_(LO, HI)
        seen.append(x.detach().numpy().copy())
    return np.array(seen)


TORCH = {
    "sgd": (rl.methods.SGD(), lambda torch, p: torch.optim.SGD(p, lr=1.0), False),
    "adagrad": (rl.methods.AdaGrad(), lambda torch, p: torch.optim.Adagrad(p, eps=0.0), True),
    "rmsprop": (
        rl.methods.RMSProp(beta2=0.99),
        lambda torch, p: torch.optim.RMSprop(p, alpha=0.99, eps=0.0),
        False,
    ),
    "amsgrad, corrected after": (
        rl.methods.AMSGrad(**AMSGRAD, correction="after"),
        lambda torch, p: torch.optim.Adam(p, betas=(0.9, 0.99), eps=0.0, amsgrad=True),
        False,
    ),
}


@pytest.mark.parametrize("kind", ["dense", "tiny", "huge", "spikes"])
@pytest.mark.parametrize("name", TORCH)
def test_torch(name: str, kind: str) -> None:
    method, make, constant = TORCH[name]
    c = coefficients(kind)
    np.testing.assert_allclose(ours(method, c), with_torch(make, c, constant), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["dense", "sparse", "tiny", "huge", "spikes"])
def test_optax_corrects_before_the_maximum(kind: str) -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    optax = pytest.importorskip("optax", reason="optax is not installed")
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    c = coefficients(kind)
    optimizer = optax.amsgrad(lambda count: ALPHA / jnp.sqrt(count + 1.0), 0.9, 0.99, eps=0.0)
    x = jnp.zeros(3)
    state, seen = optimizer.init(x), []
    update = jax.jit(optimizer.update)
    for g in c:
        step, state = update(jnp.asarray(g), state, x)
        x = jnp.clip(x + jnp.nan_to_num(step), LO, HI)  # optax says 0/0 is NaN, we say 0
        seen.append(np.asarray(x))
    method = rl.methods.AMSGrad(**AMSGRAD, correction="before")
    np.testing.assert_allclose(ours(method, c), np.array(seen), rtol=0, atol=1e-12)
