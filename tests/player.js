// What a list of tasks gives, one by one: {script, code} is `code` with `made`, the value of the script;
// {script, rounds, chunk, at, x1, seed, run, watch, changes} is a play.
function answers(tasks) {
  return JSON.stringify(tasks.map(answer), spelled);
}

// JSON has no NaN, no infinity and no -0: they go as text.
function spelled(key, v) {
  if (typeof v !== "number" || (Number.isFinite(v) && !Object.is(v, -0))) return v;
  return v === 0 ? "-0.0" : String(v);
}

function answer({ script, code, rounds, chunk, at, x1, seed, run, watch, changes }) {
  const made = (0, eval)(script);
  if (code) return new Function("made", code)(made);
  for (const [piece, values] of Object.entries(changes ?? {})) Object.assign(made.numbers[piece], values);
  const play = made.play(made.numbers, { at, x1, source: made.stream(seed, run) });
  while (play.round < rounds && play.advance(Math.min(chunk, rounds - play.round), watch));
  const { x, round, trouble } = play, { exact, near } = made;
  return { x, round, trouble, exact, near, books: play.books(), watched: watch ? play.watched() : [] };
}
