// One play's functions from `tables`: a script of their own, so that each combination is compiled
// for itself and runs as fast as if it had been written by hand.
function composed(tables, method, losses, step) {
  const m = tables.methods[method], l = tables.losses[losses], s = tables.steps[step];
  const watch = l.random ? "const watch = null;" : m.watch;
  const text = [
    '"use strict";', tables.runtime, m.start, l.random ? m.drawn : m.given, watch, l.gradient, s.alpha_t,
    "const kernel = { start, advance, watch, expected };",
    "return { stream, play: (numbers, how) => new Play(kernel, numbers, how) };",
  ].join("\n");
  const near = [...new Set([...m.near, ...l.near, ...s.near])].sort();
  const numbers = { method: m.numbers, losses: l.numbers, feasible: tables.set.numbers, step: s.numbers };
  // eslint-disable-next-line no-new-func
  return { ...new Function(text)(), exact: near.length === 0, near, numbers: structuredClone(numbers) };
}
