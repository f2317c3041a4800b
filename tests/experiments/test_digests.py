"""Digests of what a study found, and those that are kept beside the figures."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from experiments import study

STUDIES = ("beta_map", "spike_map", "eps_map", "steps")


class TestDigests:
    def data(self):
        values = {"a": ("x", np.array([1.0, 2.0])), "b": ("n", np.array(["u", "v"]))}
        return xr.Dataset(values, {"x": [3, 4]}, {"T": 5, "times": np.array([1, 2])})

    def test_they_are_of_the_values_and_of_the_settings(self):
        told = study.digest(self.data())
        assert told == study.digest(self.data().assign_attrs(caption="another", seconds=7))
        moved = self.data()
        moved.a[0] = np.nextafter(1.0, 2.0)
        assert study.digest(moved)["data"] != told["data"]
        assert study.digest(moved)["settings"] == told["settings"]
        base = self.data()
        others = [
            base.rename(a="c"),
            base.assign_coords(x=[3, 5]),
            base.assign(b=("n", ["u", "w"])),
            base.assign(a=base.a.astype("f4")),
        ]
        for changed in others:
            assert study.digest(changed)["data"] != told["data"]
        other = study.digest(self.data().assign_attrs(T=6))
        assert other["data"] == told["data"]
        assert other["settings"] != told["settings"]

    def test_one_is_written_beside_the_others(self, tmp_path):
        picture = tmp_path / "p.png"
        picture.write_bytes(b"p")
        for name in ("b", "a", "b"):
            study.keep(name, self.data(), [tmp_path / "x.nc", picture], tmp_path / "kept")
        told = json.loads((tmp_path / "kept" / "digests.json").read_text())
        assert told == {name: study.digest(self.data()) for name in ("a", "b")}
        assert list(told) == ["a", "b"]
        assert (tmp_path / "kept" / "a.png").read_bytes() == b"p"

    @pytest.mark.parametrize("name", STUDIES)
    def test_the_full_ones_are_kept(self, name):
        told = json.loads((study.KEPT / "digests.json").read_text())[name]
        assert set(told) == {"data", "settings"}
        assert all(len(v) == 64 for v in told.values())
        assert (study.KEPT / f"{name}.png").stat().st_size < 300_000
