// The Python lines that give the very picture.

function literal(v) {
  if (typeof v === "string") return JSON.stringify(v);
  if (typeof v === "boolean") return v ? "True" : "False";
  if (Array.isArray(v)) return `[${v.map(literal).join(", ")}]`;
  return Math.abs(v) >= 1e16 ? v.toExponential() : String(v);
}

function method_code(python, numbers, names) {
  const given = { ...python.fixed };
  for (const [name, value] of Object.entries(numbers)) if (names.includes(name)) given[name] = value;
  const listed = Object.entries(given).map(([k, v]) => `${k}=${literal(v)}`);
  if (python.inner) {
    const inner = method_code(python.inner, numbers, ["beta1", "beta2", "eps"]);
    return `rl.methods.${python.class}(method=${inner})`;
  }
  return `rl.methods.${python.class}(${listed.join(", ")})`;
}

function python_lines(s, data) {
  const { methods } = data.tables, lines = ["import regretlab as rl", ""];
  const losses = s.losses === "periodic" ? `Periodic(c=[${s.c.join(", ")}])`
    : s.losses === "spike" ? `Spike(C=${s.C}, small=${s.small}, period=${s.period})`
      : `SpikeIID(C=${s.C}, small=${s.small}, p=${s.p})`;
  lines.push(`losses = rl.losses.${losses}`);
  const kind = { "inverse-sqrt": "InverseSqrt", constant: "Constant", inverse: "Inverse" }[s.step];
  const step = kind ? `, step=rl.schedules.${kind}(alpha=${s.alpha})` : "";
  const seed = s.losses === "spike-iid" || s.seed ? `, seed=${s.seed}` : "";
  for (const which of ["a", "b"]) {
    const code = method_code(methods[s[which]].python, method_numbers(s, s[which], data), adjustable(s[which], data).map(([n]) => n));
    lines.push(`${which} = ${code}`);
  }
  for (const which of ["a", "b"]) {
    lines.push(`play_${which} = rl.play(${which}, losses${step}, rounds=${s.T}, x1=${s.x1}${seed})`);
  }
  lines.push("print(play_a.data.average_regret[-1].item(), play_b.data.average_regret[-1].item())");
  lines.push("play_a.plot()");
  if (coefficients(s) && methods[s.a].orbit) lines.push(`print(rl.limit(a, losses${step}))`);
  if (!coefficients(s)) lines.push(`# print(rl.limit(a, losses${step}))  # by quadrature, in seconds, where the method allows it`);
  if (row_of(s, "a", data)?.certificate) lines.push('print(rl.certify(a, losses)["digest"])  # the proof, for `regretlab check`');
  return lines.join("\n");
}
