// Draws a drawing (`charts/drawing.py`) with ECharts: colours by name, figures by format, tips, keys.
// Used by the pages and by exported files alike; `echarts` is handed in.

const COLOURED = new Set(["color", "borderColor", "backgroundColor", "textBorderColor", "shadowColor", "pageIconColor",
  "pageIconInactiveColor"]);
const COMPACT = [[1e3, "k"], [1e6, "M"], [1e9, "B"]];
const BYTES = ["kB", "MB", "GB", "TB"];

// ---- figures, as `figures.py` shows them

const fixed = (value, digits) => {
  const [whole, part] = value.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part ? `${grouped}.${part}` : grouped;
};

const plain = (value, digits) => {
  if (digits !== null && digits !== undefined) return fixed(value, digits);
  if (Number.isInteger(value)) return fixed(value, 0);
  if (value < 1e-6) return value.toExponential(1).replace(".0e", "e");
  const power = Number(value.toExponential(1).split("e")[1]);
  return fixed(value, value >= 1 ? 2 : value >= 1e-3 ? 3 : 1 - power).replace(/0+$/, "").replace(/\.$/, "");
};

const compact = (value, digits) => {
  let text = plain(value, digits);
  for (const [size, unit] of COMPACT) {
    if (Number(text.replace(/[kM]$/, "").replaceAll(",", "")) < 1000) break;
    text = fixed(value / size, digits ?? 1);
    text = (digits === null || digits === undefined ? text.replace(/\.0$/, "") : text) + unit;
  }
  return text;
};

const bytes = (value) => {
  let amount = Math.round(value);
  if (amount < 1000) return `${amount} B`;
  for (const unit of BYTES) {
    amount /= 1000;
    if (amount < 1000 || unit === BYTES.at(-1)) return `${amount.toFixed(1)} ${unit}`;
  }
};

export function figure(value, format = "number", digits = null) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  if (format === "plain") return String(value);
  const size = Math.abs(value);
  let text;
  if (format === "compact") text = compact(size, digits);
  else if (size >= 1e21 && (format === "bytes" || format === "minutes")) text = plain(size, digits);
  else if (format === "bytes") text = bytes(size);
  else if (format === "percent") text = `${fixed(size * 100, digits ?? 1)}%`;
  else if (format === "minutes") {
    const seconds = Math.floor(size / 1000 + 0.5);
    text = `${fixed(Math.floor(seconds / 60), 0)}:${String(seconds % 60).padStart(2, "0")}`;
  } else if (format === "seconds") text = `${fixed(size, digits ?? 1)} s`;
  else text = plain(size, digits);
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

// ---- options

const formatter = ([format, digits]) => (given) => {
  let value = given;
  if (value !== null && typeof value === "object") value = Array.isArray(value.value) ? value.value.at(-1) : value.value;
  return value === null || value === undefined ? "" : figure(Number(value), format, digits);
};

// A copy with our names replaced. Texts of the data are never looked at: only what stands where a colour does.
export function resolved(option, colours) {
  const colour = (value) => (typeof value === "string" && value.startsWith("$") ? colours[value.slice(1)] ?? value : value);
  const walk = (value, key) => {
    if (Array.isArray(value)) return COLOURED.has(key) ? value.map(colour) : value.map((one) => walk(one, ""));
    if (value !== null && typeof value === "object") {
      if ("$format" in value) return formatter(value.$format);
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    }
    return COLOURED.has(key) ? colour(value) : value;
  };
  return walk(option, "");
}

export const coloursOf = (element) => {
  const style = getComputedStyle(element);
  const told = (known, name) => (known[name] ??= style.getPropertyValue(`--${String(name)}`).trim() || undefined);
  return new Proxy({}, { get: told });
};

// The same for all charts of a page. To ask for it lays out what the chart before has drawn, so it is kept for as
// long as nobody draws anew, as all do when the theme changes.
let look = null;
const lookOf = (element) =>
  (look ??= { colours: coloursOf(element), fontFamily: getComputedStyle(element).fontFamily });

const element = (tag, text, style) => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.style.cssText = style;
  return made;
};

// A tip is built of nodes: names of artists are texts, whatever is in them.
const tipOf = (tips) => {
  const box = document.createElement("div");
  box.style.cssText = "font-size:12px;line-height:1.5;max-width:320px;white-space:normal";
  for (const [title, lines] of tips) {
    if (title) box.append(element("div", title, "font-weight:600"));
    for (const [name, value] of lines) {
      const line = element("div", "", "display:flex;justify-content:space-between;gap:16px");
      line.append(element("span", name, "opacity:.75"), element("span", value, "font-variant-numeric:tabular-nums"));
      box.append(line);
    }
  }
  return box;
};

export class Chart {
  // `onMark(row, also)`: the row of the mark that was clicked, or chosen with Enter; `also`: beside others.
  constructor(echarts, place, { renderer = "svg", onMark = null, announce = null } = {}) {
    this.echarts = echarts;
    this.place = place;
    this.onMark = onMark;
    this.announce = announce;
    this.chart = echarts.init(place, null, { renderer });
    this.chart.on("click", (event) => this.choose(event.data?.row ?? this.rowOf(event), event.event?.event));
    this.at = -1;
  }

  rowOf({ seriesIndex, dataIndex }) {
    return this.drawing.marks[seriesIndex]?.[dataIndex] ?? -1;
  }

  choose(row, event) {
    const also = Boolean(event && (event.ctrlKey || event.metaKey || event.shiftKey));
    if (row >= 0 && this.onMark) this.onMark(row, also);
  }

  draw(drawing) {
    this.drawing = drawing;
    const { colours, fontFamily } = lookOf(this.place);
    const option = resolved(drawing.option, colours);
    // (Its texts are measured before they are drawn: in the letters that they are drawn in.)
    option.textStyle = { ...option.textStyle, fontFamily };
    option.tooltip = {
      ...option.tooltip,
      backgroundColor: colours.surface,
      borderColor: colours.border,
      textStyle: { color: colours.text, fontSize: 12 },
      extraCssText: "box-shadow:none;border-radius:6px;",
      formatter: (given) => {
        const rows = (Array.isArray(given) ? given : [given]).map((one) => one.data?.row ?? this.rowOf(one));
        const tips = [...new Set(rows)].filter((row) => row >= 0).map((row) => this.drawing.tips[row]);
        return tips.length ? tipOf(tips) : "";
      },
    };
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) option.animation = false;
    if (this.onMark) option.series = option.series.map((one) => ({ ...one, cursor: one.cursor ? "pointer" : undefined }));
    // Same shape as before: what changed moves. Another one: begin anew.
    const shape = JSON.stringify(option.series.map((one) => [one.type, one.name]));
    this.chart.setOption(option, { notMerge: shape !== this.shape, replaceMerge: ["xAxis", "yAxis", "series"] });
    this.shape = shape;
    this.at = -1;
  }

  redraw() {
    look = null;
    if (this.drawing) {
      this.shape = "";
      this.draw(this.drawing);
    }
  }

  // Arrow keys go from mark to mark, Enter chooses: with what a pointer does, keys do it too.
  key(event) {
    const marks = this.drawing?.marks.flatMap((rows, seriesIndex) =>
      rows.map((row, dataIndex) => ({ row, seriesIndex, dataIndex })).filter((one) => one.row >= 0)) ?? [];
    if (!marks.length) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.show("downplay", marks[this.at]);
      this.at = this.at < 0 && step < 0 ? marks.length - 1 : (this.at + step + marks.length) % marks.length;
      this.show("highlight", marks[this.at]);
      this.show("showTip", marks[this.at]);
      const [title, lines] = this.drawing.tips[marks[this.at].row] ?? ["", []];
      this.announce?.([title, ...lines.map((line) => line.join(" "))].join(", "));
    } else if ((event.key === "Enter" || event.key === " ") && this.at >= 0) {
      event.preventDefault();
      this.choose(marks[this.at].row, event);
    } else if (event.key === "Escape") {
      this.leave();
    }
  }

  leave() {
    this.chart.dispatchAction({ type: "hideTip" });
    this.chart.dispatchAction({ type: "downplay" });
    this.at = -1;
  }

  show(type, mark) {
    if (mark) this.chart.dispatchAction({ type, seriesIndex: mark.seriesIndex, dataIndex: mark.dataIndex });
  }

  svg() {
    return this.chart.renderToSVGString();
  }

  // PNG needs a canvas, which is made for it alone.
  png() {
    const place = document.createElement("div");
    const { width, height } = this.place.getBoundingClientRect();
    place.style.cssText = `position:fixed;left:-9999px;width:${width}px;height:${height}px`;
    this.place.append(place);
    const { surface: backgroundColor } = coloursOf(place);
    const drawn = new Chart(this.echarts, place, { renderer: "canvas" });
    drawn.draw({ ...this.drawing, option: { ...this.drawing.option, animation: false } });
    const image = drawn.chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor });
    drawn.dispose();
    place.remove();
    return image;
  }

  resize() {
    this.chart.resize();
  }

  dispose() {
    this.chart.dispose();
  }
}
