// Downloads: the panels as one PNG, the curves as CSV.

function save(name, blob) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Two columns of figures below the words.
function save_png(columns, text) {
  const parts = columns.map((figures) => figures.map((f) => Bokeh.index.find_one(f)).filter((v) => v && v.el.offsetParent !== null).map((v) => v.export("png", true).canvas));
  const width = Math.max(...parts.flat().map((c) => c.width)), scale = window.devicePixelRatio || 1, line = 22 * scale;
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  const font = `${13 * scale}px sans-serif`, lines = folded(pen, text, parts.length * width - line, font);
  const top = (lines.length + 1) * line;
  canvas.width = parts.length * width;
  canvas.height = top + Math.max(...parts.map((column) => column.reduce((sum, c) => sum + c.height, 0)));
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#222";
  pen.font = font;
  lines.forEach((words, k) => pen.fillText(words, line / 2, (k + 1) * line));
  parts.forEach((column, k) => {
    let y = top;
    for (const part of column) { pen.drawImage(part, k * width, y); y += part.height; }
  });
  canvas.toBlob((blob) => save("regretlab.png", blob), "image/png");
}

function folded(pen, text, width, font) {
  pen.font = font;
  const lines = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/\s+/)) {
      if (line && pen.measureText(`${line} ${word}`).width > width) { lines.push(line); line = word; }
      else line = line ? `${line} ${word}` : word;
    }
    lines.push(line);
  }
  return lines;
}

function save_csv(s, plays) {
  const rows = ["method,t,x,regret,average_regret,cumulative_loss,comparator"];
  for (const which of ["a", "b"]) {
    for (const b of plays[which]?.books ?? []) rows.push([s[which], b.t, b.x, b.regret, b.regret / b.t, b.cumulative_loss, b.comparator].join(","));
  }
  save("regretlab.csv", new Blob([`${rows.join("\n")}\n`], { type: "text/csv" }));
}
