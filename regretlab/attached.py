"""What shows, measures or judges a play stands above it, and is attached to it here."""

from __future__ import annotations

from regretlab.bounds.checking import Checked, check
from regretlab.methods.method import Method
from regretlab.regret.against import regret_against
from regretlab.regret.averages import averaged_suboptimality
from regretlab.regret.dynamic import dynamic_regret
from regretlab.regret.intervals import interval_regret
from regretlab.regret.short_paths import short_path_regret
from regretlab.regret.switching import switching_regret
from regretlab.result import Play
from regretlab.show import plot, plot_bound, plot_sweep, repr_latex
from regretlab.sweeps.result import Sweep

Play.plot = plot
Play.against = check
Play.regret_against = regret_against
Play.dynamic_regret = dynamic_regret
Play.switching_regret = switching_regret
Play.short_path_regret = short_path_regret
Play.interval_regret = interval_regret
Play.averaged_suboptimality = averaged_suboptimality
Checked.plot = plot_bound
Sweep.plot = plot_sweep
Method._repr_latex_ = repr_latex  # type: ignore[attr-defined]
