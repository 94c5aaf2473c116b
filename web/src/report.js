// Draws every chart description of a report: <script type="application/json" class="chart"> becomes a figure in its place.
//   {title, caption, x: {label, log, power, integer}, y: {label, log, domain}, series: [{name, kind, points: [[x, y]], dashed, role}], rules: [{y, label, role}]}
// kind: "line" | "dots" | "bars" | "band" ([x, low, high]). A null value is a gap. `power`: x holds log10 of the quantity, ticks read 10^k.
import * as Plot from "@observablehq/plot";

const roles = ["run", "theory", "budget", "bound", "other"];
const colour = (role) => `var(--${roles.includes(role) ? role : "other"})`;
const superscript = (n) => String(n).replace(/[0-9-]/g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
const powerOfTen = (k) => (k === 0 ? "1" : k === 1 ? "10" : `10${superscript(k)}`);

function logTick(value) {
  const k = Math.log10(value);
  return Math.abs(k - Math.round(k)) < 1e-9 ? powerOfTen(Math.round(k)) : "";
}

function scale(axis) {
  const out = {label: axis.label, grid: true};
  if (axis.log) {
    out.type = "log";
    out.tickFormat = logTick;
    out.ticks = 8;
  } else if (axis.power) {
    out.tickFormat = (k) => (Number.isInteger(k) ? powerOfTen(k) : "");
  } else if (axis.integer) {
    out.tickFormat = (k) => (Number.isInteger(k) ? String(k) : "");
  }
  if (axis.domain) out.domain = axis.domain;
  return out;
}

function marks(chart) {
  const out = [];
  for (const series of chart.series) {
    const stroke = colour(series.role);
    if (series.kind === "band") {
      const data = series.points.map(([x, low, high]) => ({x, low, high}));
      out.push(Plot.areaY(data, {x: "x", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.18}));
      continue;
    }
    const data = series.points.map(([x, y]) => ({x, y}));
    if (series.kind === "line") {
      out.push(Plot.lineY(data, {x: "x", y: "y", stroke, strokeWidth: 1.8, strokeDasharray: series.dashed ? "5 4" : undefined}));
    } else if (series.kind === "dots") {
      out.push(Plot.dot(data, {x: "x", y: "y", stroke, r: series.radius ?? 3, strokeWidth: 1.5, symbol: series.symbol ?? "circle"}));
    } else {
      out.push(Plot.ruleX(data, {x: "x", y: "y", stroke, strokeWidth: 2.5}));
    }
  }
  for (const rule of chart.rules ?? []) {
    out.push(Plot.ruleY([rule.y], {stroke: colour(rule.role), strokeDasharray: "5 4", strokeWidth: 1.5}));
  }
  return out;
}

function legend(chart) {
  const box = document.createElement("div");
  box.className = "legend";
  for (const item of [...chart.series, ...(chart.rules ?? []).map((r) => ({...r, name: r.label, dashed: true}))]) {
    const entry = document.createElement("span");
    const mark = document.createElement("i");
    mark.className = item.kind === "dots" ? "dot" : item.kind === "band" ? "band" : item.dashed ? "dashed" : "solid";
    mark.style.color = colour(item.role);
    entry.append(mark, item.name);
    box.append(entry);
  }
  return box;
}

function draw(script) {
  const chart = JSON.parse(script.textContent);
  const figure = document.createElement("figure");
  const title = document.createElement("h3");
  title.textContent = chart.title;
  const area = document.createElement("div");
  area.className = "plot";
  const caption = document.createElement("figcaption");
  caption.textContent = chart.caption ?? "";
  figure.append(title, legend(chart), area, caption);
  script.replaceWith(figure);
  const render = () => {
    const width = Math.max(300, Math.min(900, figure.clientWidth));
    const svg = Plot.plot({width, height: Math.min(420, width * 0.62), marginLeft: 56, marginBottom: 48, x: scale(chart.x), y: scale(chart.y),
                           style: {background: "transparent", fontSize: "12px"}, marks: marks(chart)});
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", chart.title);
    area.replaceChildren(svg);
  };
  render();
  addEventListener("resize", render);
}

document.querySelectorAll("script.chart").forEach(draw);
