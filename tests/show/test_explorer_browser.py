"""The explorer page in a real Chromium with the network cut, as a student would use it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from browser import CHROMIUM

import regretlab as rl
from regretlab.show.explorer.presets import PRESETS
from regretlab.show.explorer.ranges import as_json
from regretlab.spelling import parse

pytest.importorskip("bokeh", reason="bokeh is not here: pip install 'regretlab[explorer]'")
api = pytest.importorskip("playwright.sync_api", reason="playwright is not here: pip install it")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("REGRETLAB_BROWSER"), reason="slow: REGRETLAB_BROWSER=1 opens the page"
    ),
    pytest.mark.skipif(not CHROMIUM, reason="no chromium is here: install it (Debian: chromium)"),
]
START = as_json()["start"]
WAIT = 30_000  # milliseconds, on a machine that does other things too
ALL_PLAYED = "document.body.dataset.rounds === String(window.explorer.settings().T)"


@pytest.fixture(scope="module")
def shots(pytestconfig) -> Path:
    """Where screenshots go, to be looked at: REGRETLAB_SHOTS, or .pytest_cache/d/explorer."""
    folder = Path(os.environ.get("REGRETLAB_SHOTS") or pytestconfig.cache.mkdir("explorer"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    return rl.explorer().save(tmp_path_factory.mktemp("page") / "explorer.html").as_uri()


@pytest.fixture(scope="module")
def chromium():
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, address):
    """Opens the page; at the end nothing may have been complained of or asked of the network."""
    complaints, contexts = [], []

    def open_page(fragment="", size=(1280, 800)):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, offline=True, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", lambda m: m.type in ("error", "warning") and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        local = ("file:", "blob:", "data:")
        page.on("request", lambda r: r.url.startswith(local) or complaints.append(r.url))
        page.goto(address + fragment)
        played(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def played(page):
    page.wait_for_function(f"window.explorer && {ALL_PLAYED}")
    page.wait_for_timeout(100)  # a frame, in which it is drawn


def words(page, where="#words") -> str:
    return page.evaluate(
        """(where) => {
            const read = (node) => node.nodeType === Node.TEXT_NODE ? node.data
                : node.localName === "style" ? ""
                : [...(node.shadowRoot ?? node).childNodes].map(read).join(" ");
            return read(document.querySelector(where)).replace(/\\s+/g, " ");
        }""",
        where,
    )


def handle(page, name):
    return page.get_by_role("slider", name=re.compile(name))


def test_it_opens_and_says_what_happens(opened, shots):
    page = opened()
    page.wait_for_timeout(600)
    page.screenshot(path=shots / "wide.png")
    said = words(page)
    assert "Adam drifts towards +1, the worst point" in said
    assert "AMSGrad goes to −1, the best point" in said
    assert "Certified" in said
    assert "0.198" in said
    assert "In 100 of 101 rounds √V falls" in said
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_beta2_is_moved_by_keyboard_and_adam_turns_round(opened):
    page = opened()
    slider = handle(page, "β₂")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("PageUp")
    played(page)
    beta2 = page.evaluate("window.explorer.settings().beta2")
    assert beta2 > 0.9993
    page.wait_for_function("window.explorer.said().includes('Adam goes to −1, the best point')")
    assert "Adam goes to −1, the best point" in words(page)
    assert "Certified" not in words(page)


def test_the_phase_diagram_is_clicked(opened, shots):
    page = opened()
    page.wait_for_timeout(1500)
    figure = page.locator("#phase")
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.15 * box["height"])
    page.wait_for_function("window.explorer.settings().beta2 > 0.999")
    played(page)
    settings = page.evaluate("window.explorer.settings()")
    assert settings["beta1"] < 0.5
    page.wait_for_function("window.explorer.said().includes('Adam goes to −1')")
    page.screenshot(path=shots / "clicked.png")


def test_a_png_and_a_table_are_saved(opened, shots):
    page = opened()
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    saved.value.save_as(shots / "regretlab.png")
    assert (shots / "regretlab.png").read_bytes().startswith(b"\x89PNG")
    assert (shots / "regretlab.png").stat().st_size > 20_000
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    saved.value.save_as(shots / "regretlab.csv")
    lines = (shots / "regretlab.csv").read_text().splitlines()
    assert lines[0].startswith("method,t,x,regret")
    ends = [line.split(",") for line in lines if ",100000," in line]
    plays = [
        rl.play(method(beta1=0.9, beta2=0.99), rl.losses.ReddiOnline(), rounds=100_000)
        for method in (rl.methods.Adam, rl.methods.AMSGrad)
    ]
    assert [float(end[3]) for end in ends] == [play.data.regret.values[-1] for play in plays]


def test_a_link_is_loaded_and_nonsense_is_said_so(opened, shots):
    page = opened("#C=3&small=1&period=3&beta1=0&beta2=0.1&T=2000&b=sgd")
    assert "SGD goes to −1" in words(page)
    assert page.evaluate("window.explorer.settings().T") == 2000
    for nonsense in ("#beta2=7", "#a=<img src=x onerror=alert(1)>", "#hello"):
        page = opened(nonsense)
        assert "The link's settings are not valid" in words(page)
        assert page.evaluate("window.explorer.settings().beta2") == 0.99
    page.screenshot(path=shots / "nonsense.png")


def test_a_number_out_of_range_is_clamped_and_said(opened):
    page = opened()
    field = page.get_by_label("period P")
    field.fill("1")
    field.press("Enter")
    page.wait_for_function("window.explorer.settings().period === 2")
    page.wait_for_function("window.explorer.notice() !== ''")
    page.wait_for_timeout(500)
    assert "period P = 1 is set to 2: it goes from 2 to 2000" in words(page)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("window.explorer.settings().period === 101")


def test_the_code_is_shown(opened):
    page = opened()
    page.get_by_role("button", name="Show me the code").click()
    assert "a = rl.methods.Adam(beta1=0.9, beta2=0.99, eps=0)" in words(page, "#code")


@pytest.mark.parametrize("fragment", ["", "#losses=spike-iid&p=0.01", "#a=adabound&step=own"])
def test_a_phone_shows_it(opened, shots, fragment):
    page = opened(fragment, (390, 844))
    page.wait_for_timeout(600)
    name = re.sub(r"\W+", "-", fragment) or "-start"
    page.screenshot(path=shots / f"phone{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button = page.get_by_role("button", name="Show me the code")
    button.click()
    page.wait_for_timeout(600)
    assert page.locator("#code").bounding_box()["y"] > button.bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_long_play_never_freezes_the_page_and_is_dropped(opened):
    page = opened()
    page.evaluate("window.explorer.set({ T: 1e7 })")
    longest = page.evaluate(
        """() => new Promise((done) => {
            let last = performance.now(), worst = 0, n = 0;
            const tick = () => {
                const now = performance.now();
                worst = Math.max(worst, now - last);
                last = now;
                window.explorer.set({ beta2: 0.99 + 0.0001 * n });
                n += 1;
                if (n < 20) setTimeout(tick, 20); else done(worst);
            };
            setTimeout(tick, 20);
        })"""
    )
    assert longest < 4000  # a twentieth of it on a machine that does nothing else
    page.evaluate("window.explorer.set({ T: 1000 })")
    played(page)
    assert page.evaluate("window.explorer.settings().T") == 1000


FAILS = {"online": "a", "theorem1": "a", "stochastic": "a", "theorem6": "a", "momentum": "b", "re-entrant": "a",
         "mirror": "a", "adabound": "a", "sgd": "a"}  # fmt: skip


@pytest.mark.parametrize("preset", FAILS)
def test_presets_show_what_they_are_there_for(opened, shots, preset):
    page = opened()
    for name in ("sgd" if preset == "online" else "online", preset):
        page.get_by_label("Preset").select_option(label=PRESETS[name].title)
    page.wait_for_timeout(300)
    played(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=shots / f"preset-{preset}.png")
    failing = [p for p in page.evaluate("window.explorer.paragraphs()") if "the worst point" in p]
    assert len(failing) == 1, failing
    given = START | PRESETS[preset].settings
    name = type(parse("method", given[FAILS[preset]])).__name__
    assert failing[0].startswith(name)


def test_a_notebook_frame_plays_it(chromium, opened):
    page = opened()
    page.set_content(rl.explorer()._repr_html_())
    frame = page.frames[-1]
    frame.wait_for_function(f"window.explorer && {ALL_PLAYED}")
    frame.wait_for_function("window.explorer.said().includes('Adam drifts towards +1')")


def test_it_answers_quickly(opened, shots):
    """Wanted: 1500 ms to the first picture, 60 ms a move at T = 1e5, 400 ms at 1e7, on a machine that
    does nothing else. This may be one that does, so that ten times as much is let pass."""
    page = opened()
    took = {"first": page.evaluate("window.explorer.first()")}
    move = """(T) => new Promise((done) => {
        window.explorer.set({ T });
        const all = [];
        const go = () => {
            const begun = performance.now();
            window.explorer.set({ beta2: 0.99 + 0.0001 * all.length });
            const look = () => {
                if (performance.now() - begun > 5 && document.body.dataset.rounds === String(T)) {
                    all.push(performance.now() - begun);
                    if (all.length < 7) go(); else done(all.sort((a, b) => a - b)[3]);
                } else setTimeout(look, 1);
            };
            requestAnimationFrame(() => requestAnimationFrame(look));
        };
        setTimeout(go, 3000);
    })"""
    for T in (100_000, 10_000_000):
        took[f"T = {T}"] = page.evaluate(move, T)
    (shots / "milliseconds.json").write_text(json.dumps(took, indent=1))
    wanted = (1500, 60, 400)
    assert all(t < 10 * w for t, w in zip(took.values(), wanted, strict=True)), took


def test_landscapes_are_raced_down(opened, shots):
    page = opened()

    def model(name):
        return f"Bokeh.documents[0].get_model_by_name('{name}')"

    def title(name):
        return page.evaluate(f"{model(name)}.title.text")

    def column(name, of, by="name"):
        """A source's column, by another one of it."""
        data = page.evaluate(
            f"(({{ data }}) => ({{ of: [...data.{of}], by: [...data.{by}] }}))({model(name)})"
        )
        return dict(zip(data["by"], data["of"], strict=True))

    page.get_by_role("button", name="Landscapes").click()
    for name in ("beale", "saddle", "rosenbrock", "ravine"):
        page.get_by_label("Landscape", exact=True).select_option(name)
        page.wait_for_timeout(700)
        page.screenshot(path=shots / f"{name}.png")
        assert words(page, "#landscapes").count("No claim about regret") == 1
        assert title("descent").startswith(
            "f(x_t), linear" if name == "saddle" else "f(x_t) − min f, log"
        )
    assert "with flat = 0.1, steep = 10, bend = 0.3" in words(page, "#landscapes")
    listed = page.get_by_label("Methods racing")
    before = column("heads", "color")
    listed.select_option(["adagrad", "adam", "momentum", "nag:form=outside", "rmsprop", "sgd"])
    page.wait_for_function(f"{model('heads')}.data.x.length === 6")
    after = column("heads", "color")
    assert all(after[name] == color for name, color in before.items())
    listed.select_option([])
    page.wait_for_function(f"{model('heads')}.data.x.length === 0")
    assert "No method is selected" in words(page, "#landscapes")
    assert column("arrows", "color", "color").keys() == {"#222222"}
    page.get_by_label("Landscape", exact=True).select_option("saddle")
    listed.select_option(["momentum", "sgd"])
    page.evaluate(f"{model('moment')}.value = {model('moment')}.end")
    page.wait_for_function(f"{model('race_words')}.text.includes('flown off')")
    assert re.search(r"Momentum: stopped at round \d+, flown off", words(page, "#landscapes"))
    assert "then momentum left the map" in title("one_step")
    page.get_by_role("button", name="Race", exact=True).click()
    page.wait_for_function("Math.abs(window.explorer.moment_at() - 500) < 350")
    page.get_by_role("button", name="Adam's drift").click()
    assert "Adam drifts" in words(page)


def test_every_control_has_a_name(opened):
    page = opened()
    tree = page.locator("#controls").aria_snapshot()
    unnamed = re.findall(
        r"^\s*- (?:slider|textbox|spinbutton|combobox|button)(?::|$)", tree, re.MULTILINE
    )
    assert unnamed == [], tree
