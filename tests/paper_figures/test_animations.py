"""The figures that move: their paths against loops in plain NumPy, their files, and their rows."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from PIL import Image

import paper_figures
import regretlab as rl
from paper_figures import beale, iterates, nag, ravine, saddle

MOVING = {"beale": beale, "iterates": iterates, "nag": nag, "ravine": ravine, "saddle": saddle}
CLOSE = {"rtol": 0, "atol": 1e-10}


# The oracles: each update as its paper has it


def played(gradient, update, x1, rounds, low=-np.inf, high=np.inf):
    """x_1, ..., x_T; update(t, x, gradient) is the step, and the state is its own."""
    x, path = np.array(x1, dtype=float), []
    for t in range(1, rounds + 1):
        path.append(x)
        x = np.clip(x - update(t, x, gradient), low, high)
    return np.array(path)


def sgd(alpha):
    return lambda t, x, gradient: alpha * gradient(x)


def momentum(alpha, beta, ahead=False):
    """The heavy ball; or, looking ahead, Nesterov's."""
    v = 0.0

    def update(t, x, gradient):
        nonlocal v
        v = beta * v + alpha * gradient(x - beta * v if ahead else x)
        return v

    return update


def adagrad(alpha):
    total = 0.0

    def update(t, x, gradient):
        nonlocal total
        g = gradient(x)
        total = total + g**2
        return alpha * g / np.sqrt(total)

    return update


def adam(alpha, beta1, beta2, corrected):
    """With beta1 = 0 and no correction, RMSProp."""
    m = v = 0.0

    def update(t, x, gradient):
        nonlocal m, v
        g = gradient(x)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        c1, c2 = (1 - beta1**t, 1 - beta2**t) if corrected else (1.0, 1.0)
        root = np.sqrt(v / c2)
        return alpha * (m / c1) / np.where(root > 0, root, 1.0)  # 0/0 = 0

    return update


def beales(x):
    """The gradient of Beale's function, written out."""
    (u, y), g = x, np.zeros(2)
    for k, a in enumerate((1.5, 2.25, 2.625), 1):
        r = a - u + u * y**k
        g += 2 * r * np.array([y**k - 1, k * u * y ** (k - 1)])
    return g


def path_of(data, name):
    return data.iterate.sel(learner=name).values


# The paths


@pytest.fixture(scope="module")
def slopes():
    return ravine.data()


@pytest.fixture(scope="module")
def ridge():
    return saddle.data()


@pytest.fixture(scope="module")
def vectors():
    return nag.data()


@pytest.fixture(scope="module")
def streams():
    return iterates.data(rounds=30_000)


@pytest.fixture(scope="module")
def race():
    """Beale's function with a few of the methods and of the steps: all of them take some seconds."""
    with pytest.MonkeyPatch.context() as patch:
        few = {
            "first": ("SGD", "Momentum", "NAG"),
            "Adam's": ("Adam",),
            beale.OWN: ("CoinBetting",),
        }
        patch.setattr(beale, "FAMILIES", few)
        patch.setattr(beale, "STEPS", (0.01, 0.03))
        return beale.data()


def test_the_ravine(slopes):
    curvature = np.array([0.4, 10.0])
    alphas = {"sgd": 2 / 10.4, "momentum": 4 / (math.sqrt(0.4) + math.sqrt(10)) ** 2}
    beta = (4 / 6) ** 2  # k = 25
    updates = {"sgd": sgd(alphas["sgd"]), "momentum": momentum(alphas["momentum"], beta)}
    for name, update in updates.items():
        wanted = played(lambda x: curvature * x, update, (-4, 0.8), 130)
        np.testing.assert_allclose(path_of(slopes, name), wanted, **CLOSE)
        height = (0.5 * curvature * wanted**2).sum(axis=1)
        np.testing.assert_allclose(slopes.f.sel(learner=name), height, **CLOSE)


@pytest.mark.parametrize("name", ["sgd", "momentum"])
def test_the_steps_in_the_ravine_are_the_best_for_the_worst_start(name):
    """The spectral radius of a round, over a grid of constants, is smallest at those."""

    def radius(alpha, beta):
        worst = 0.0
        for curvature in (0.4, 10.0):
            matrix = np.array([[1 - alpha * curvature + beta, -beta], [1, 0]])
            worst = max(worst, np.abs(np.linalg.eigvals(matrix)).max())
        return worst

    method, alpha = ravine.best()[name]
    beta = method.beta1 if name == "momentum" else 0.0
    best = radius(alpha, beta)
    betas = np.linspace(0, 0.95, 40) if name == "momentum" else [0.0]
    grid = min(radius(a, b) for a in np.linspace(0.01, 0.4, 60) for b in betas)
    assert best <= grid + 1e-6
    assert grid < best + 0.05


def test_the_saddle(ridge):
    def gradient(x):
        return np.array([2.0, -2.0]) * x

    updates = {
        "sgd": sgd(0.03),
        "momentum": momentum(0.03, 0.9),
        "nag": momentum(0.03, 0.9, ahead=True),
        "adagrad": adagrad(0.06),
        "rmsprop": adam(0.03, 0.0, 0.9, corrected=False),
        "adam": adam(0.03, 0.9, 0.999, corrected=True),
    }
    assert list(ridge.learner.values) == list(updates)
    for name, update in updates.items():
        wanted = played(gradient, update, (-0.9, -0.01), 100, -1, 1)
        np.testing.assert_allclose(path_of(ridge, name), wanted, err_msg=name, **CLOSE)


def test_the_vectors(vectors):
    curvature = np.array([1.0, 4.0])
    for name in ("momentum", "nag"):
        x, v = np.array([-3.0, 1.5]), np.zeros(2)
        one = vectors.sel(learner=name)
        for t in range(120):
            at = x - 0.8 * v if name == "nag" else x
            np.testing.assert_allclose(one.iterate[t], x, **CLOSE)
            np.testing.assert_allclose(one.velocity[t], -0.8 * v, **CLOSE)
            np.testing.assert_allclose(one.pull[t], -0.12 * curvature * at, **CLOSE)
            np.testing.assert_allclose(nag.taken_at(one, name)[t], at, **CLOSE)
            v = 0.8 * v + 0.12 * curvature * at
            x = x - v


def test_the_iterates_and_the_rate(streams):
    for name in ("adam", "amsgrad"):
        x = m = v = top = 0.0
        one, rates = streams.sel(learner=name), {}
        for t in range(1, 2001):
            g = 1010.0 if t % 101 == 1 else -10.0
            m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
            top = max(top, v) if name == "amsgrad" else v
            rates[t] = 0.5 / math.sqrt(t) / math.sqrt(top)
            if t in one["round"]:
                assert float(one.iterate.sel(round=t)) == pytest.approx(x, abs=1e-10)
                assert float(one.rate.sel(round=t)) == pytest.approx(rates[t], rel=1e-10)
                if t > 1:
                    grown = 1 / rates[t] - 1 / rates[t - 1]
                    assert float(one.gamma.sel(round=t)) == pytest.approx(grown, rel=1e-6)
            x = min(max(x - rates[t] * m, -1.0), 1.0)


def test_the_race(race):
    for name in ("SGD", "Momentum", "NAG", "Adam"):
        alpha = float(race.alpha.sel(learner=name))
        updates = {
            "SGD": sgd(alpha),
            "Momentum": momentum(alpha, 0.9),
            "NAG": momentum(alpha, 0.9, ahead=True),
            "Adam": adam(alpha, 0.9, 0.999, corrected=False),
        }
        wanted = played(beales, updates[name], (1.0, 1.0), 200, -4.5, 4.5)
        np.testing.assert_allclose(path_of(race, name), wanted, rtol=0, atol=1e-6, err_msg=name)
    assert float(race.alpha.sel(learner="CoinBetting")) == 1


def test_the_race_is_run_at_the_best_step(race):
    """Of two steps, the one with which it stays near sooner."""
    for name, make in (("SGD", sgd), ("Momentum", lambda a: momentum(a, 0.9))):
        soon = {
            a: beale.staying(played(beales, make(a), (1.0, 1.0), 200, -4.5, 4.5)) or 999
            for a in (0.01, 0.03)
        }
        assert float(race.alpha.sel(learner=name)) == min(soon, key=soon.__getitem__)


def test_every_name_of_the_race_is_a_method_and_has_a_colour():
    names = [name for members in beale.FAMILIES.values() for name in members]
    assert len(names) == len(set(names)) == 45
    assert all(isinstance(beale.learner(name), rl.Method) for name in names)
    assert max(map(len, beale.FAMILIES.values())) <= len(rl.show.PALETTE)


def test_what_diverges_is_nan():
    path = beale.raced("NAG", 0.3)  # it looks out of F
    assert np.isnan(path[-1]).all()
    assert (path[0] == 1).all()
    assert beale.staying(path) is None


@pytest.mark.parametrize(("far", "first"), [([], 1), ([0, 1], 3), ([0, 7], 9), ([9], None)])
def test_when_it_comes_to_stay(far, first):
    path = np.tile([3.0, 0.5], (10, 1))
    path[far] += 1
    assert beale.staying(path) == first
    assert ravine.rounds_to(beale.away(path) * 1.0, 0.1) == first
    assert nag.rounds_to(beale.away(path)) == first


# The rows


def held(module, data):
    return {row["id"]: row["holds"] for row in module.table(data)}


def swapped(data, one, other):
    """The two learners in each other's place."""
    names = [{one: other, other: one}.get(n, n) for n in map(str, data.learner.values)]
    return data.assign_coords(learner=names)


def test_every_row_holds(slopes, ridge, vectors, streams, race, monkeypatch):
    assert all(held(ravine, slopes).values())
    assert all(held(saddle, ridge).values())
    assert all(held(nag, vectors).values())
    far = held(iterates, streams)
    assert far.pop("iterates-amsgrad-end") is False  # it needs more than 30,000 rounds
    assert all(far.values())


def test_rows_that_do_not_hold(slopes, ridge, vectors, streams):
    assert not any(held(ravine, swapped(slopes, "sgd", "momentum")).values())
    assert not held(saddle, swapped(ridge, "sgd", "adam"))["saddle-sgd"]
    assert not held(saddle, swapped(ridge, "sgd", "adam"))["saddle-adam"]
    assert not any(held(nag, swapped(vectors, "nag", "momentum")).values())
    assert not any(held(iterates, swapped(streams, "adam", "amsgrad")).values())


def test_rows_of_the_race(race, monkeypatch):
    few = {"first": ("SGD", "Momentum", "NAG"), "Adam's": ("Adam",), beale.OWN: ("CoinBetting",)}
    monkeypatch.setattr(beale, "FAMILIES", few)
    assert held(beale, race) == {
        "beale-momentum": True,
        "beale-adam": True,
        "beale-coinbetting": True,
    }
    late = swapped(race, "SGD", "Adam")
    assert not held(beale, late)["beale-adam"]
    assert held(beale, race.isel(round=slice(0, 20)))["beale-coinbetting"] is False


def test_sgd_leaves_when_the_closed_form_says(ridge):
    y = 0.01 * 1.06 ** np.arange(100)
    assert saddle.leaving(path_of(ridge, "sgd")[:, 1]) == int(np.argmax(y >= 0.9)) + 1 == 79
    assert saddle.leaving(y[:50]) is None


# The files


@pytest.fixture
def small(monkeypatch):
    """Settings with which each figure is made in a second or two."""
    monkeypatch.setattr(beale, "STEPS", (0.03,))
    return {name: {"rounds": 3000} if name == "iterates" else {} for name in MOVING}


@pytest.mark.parametrize("name", MOVING)
def test_what_is_written(name, made, small, tmp_path):
    data, rows, _ = made(name, **small[name])
    assert {row["id"].split("-")[0] for row in rows.values()} == {name}
    assert {path.name for path in tmp_path.iterdir()} == set(paper_figures.files(name))
    gif = tmp_path / f"{name}.gif"
    assert gif.stat().st_size < 1_000_000  # of the three that it may have
    wanted = MOVING[name].animate(data).frames
    assert 60 <= wanted <= 90
    with Image.open(gif) as image:
        assert 0.9 * wanted <= image.n_frames <= wanted  # frames that are the same are one
        assert image.size[0] % 2 == image.size[1] % 2 == 0
        assert 700 <= image.size[0] <= 1000
    first, last = ((tmp_path / f"{name}{end}.png").read_bytes() for end in ("-first", ""))
    assert first != last


def test_the_same_bytes_twice(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        paper_figures.make("saddle", tmp_path / folder)  # a film in space
    for file in paper_figures.files("saddle"):
        if not file.endswith(".nc"):
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), (
                file
            )


@pytest.mark.parametrize("rounds", [1, 2, 101, 500])
def test_few_rounds(rounds):
    data = iterates.data(rounds=rounds)
    assert data["round"].values[-1] == rounds
    moving = iterates.animate(data)
    assert 1 <= moving.frames <= iterates.FRAMES
    moving.show(moving.frames - 1)
    assert {row["rounds"] for row in iterates.table(data)} == {rounds}


@pytest.mark.parametrize("name", MOVING)
def test_captions_name_the_settings(name, small):
    data = MOVING[name].data(**small[name])
    said = MOVING[name].caption(data)
    told = {
        "beale": ["(1, 1)", "T = 200", "[-4.5, 4.5]^2", "0.03"],
        "iterates": ["alpha_t = 0.5/sqrt(t)", "x_1 = 0", "T = 3,000", "beta2 = 0.99"],
        "nag": ["alpha = 0.12", "beta1 = 0.8", "(-3, 1.5)", "120 rounds", "25 shown"],
        "ravine": ["alpha = 0.1923", "alpha = 0.2778", "beta1 = 0.4444", "(-4, 0.8)", "T = 130"],
        "saddle": ["alpha = 0.03", "(-0.9, -0.01)", "T = 100", "beta2 = 0.999"],
    }
    assert all(words in said for words in told[name])
    if name == "beale":
        labels = [t.get_text() for p in beale.draw(data).axes for t in p.get_legend().get_texts()]
        assert len(labels) == 45
        assert all(float(label.split()[-1].split("/")[0]) in {0.03, 1.0} for label in labels)


def test_a_folder_in_the_place_of_the_film(tmp_path):
    (tmp_path / "nag.gif").mkdir()
    with pytest.raises(rl.BrokenFile, match=r"nag\.gif is a folder: choose another place"):
        paper_figures.make("nag", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["nag.gif"]


def test_interrupted_while_the_film_is_drawn(tmp_path, monkeypatch):
    def pressed(data):
        raise KeyboardInterrupt

    monkeypatch.setattr(ravine, "animate", pressed)
    monkeypatch.setattr(ravine, "draw", lambda data: rl.show.figure(1, 1, (2, 2))[0])
    with pytest.raises(rl.Interrupted, match=r"ravine\.nc"):
        paper_figures.make("ravine", tmp_path)
    rows = json.loads((tmp_path / "ravine.json").read_text())
    assert [row["holds"] for row in rows] == [True] * 3
