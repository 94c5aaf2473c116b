// One chart as an SVG element, from the description that lab/chart.cpp writes:
//   {name, title, caption, x: {label, log, domain: [low, high], ticks: [[at, text], …]}, y: the same,
//    series: [{name, kind: "line" | "dots" | "bars" | "band", colour: [light, dark], dashed, points: [[x, y] or [x, y, low, high], …], drawn: [index, …]?}, …],
//    rules: [{at, vertical, label, colour}, …],
//    heat: {label, log, xs, ys, x_edges, y_edges, values: rows, domain, ticks, stops, contours: [{level, lines}, …]}?}
// Scales, ticks, colours and contour lines are decided there; here they are drawn. A null is a gap.
import {areaY, dot, lineY, link, plot, rect, ruleX, ruleY, text} from "@observablehq/plot";

const dashes = "6 4";

// Ticks that have room: every one, every second, … until their texts no longer touch.
function roomy(ticks, width) {
  const letters = Math.max(1, ...ticks.map(([, label]) => [...label].length));
  const most = Math.max(2, Math.floor(width / (7 * letters + 14)));
  const every = Math.max(1, Math.ceil(ticks.length / most));
  return ticks.filter((_, i) => i % every === 0);
}

// What is longer than the picture would be cut by its edge.
function shortened(label, width) {
  const letters = [...label], most = Math.floor(width / 6.6);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : label;
}

function scale(axis, width, room) {
  const ticks = roomy(axis.ticks, width);
  const texts = new Map(ticks);
  return {type: axis.log ? "log" : "linear", domain: axis.domain, label: shortened(axis.label, room), labelArrow: "none", ticks: ticks.map(([at]) => at),
          tickFormat: (at) => texts.get(at) ?? "", grid: true, nice: false};
}

const place = (axis, value) => (value === null || (axis.log && value <= 0) ? null : value);

// The points that are drawn, as {x, y, low, high}; null where the axes have no place.
function shown(chart, series) {
  const points = series.drawn ? series.drawn.map((i) => series.points[i]) : series.points;
  return points.map(([x, y, low = null, high = null]) => ({x: place(chart.x, x), y: place(chart.y, y), low: place(chart.y, low), high: place(chart.y, high)}));
}

function heatMarks({heat}) {
  const cells = [];
  heat.values.forEach((row, i) => row.forEach((raw, j) => {
    const value = raw === null || (heat.log && raw <= 0) ? null : heat.log ? Math.log10(raw) : raw;
    if (value !== null) cells.push({x1: heat.x_edges[j], x2: heat.x_edges[j + 1], y1: heat.y_edges[i], y2: heat.y_edges[i + 1], value});
  }));
  const marks = [rect(cells, {x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: "value", inset: 0, shapeRendering: "crispEdges"})];
  for (const {level, lines} of heat.contours) {
    // White over dark: seen on every colour.
    for (const [stroke, strokeWidth] of [["#00000080", 2.6], ["#ffffff", 1.3]]) {
      const points = lines.flatMap((line, z) => line.map(([x, y]) => ({x, y, z})));
      marks.push(lineY(points, {x: "x", y: "y", z: "z", stroke, strokeWidth, clip: true}));
    }
    const longest = lines.reduce((a, b) => (b.length > a.length ? b : a), []);
    if (longest.length) {
      const [x, y] = longest[longest.length >> 1];
      marks.push(text([{x, y}], {x: "x", y: "y", text: () => level, fill: "#1b1f24", stroke: "#ffffff", strokeWidth: 4, fontSize: 11}));
    }
  }
  return marks;
}

function seriesMarks(chart, series, stroke) {
  const data = shown(chart, series);
  const strokeDasharray = series.dashed ? dashes : undefined;
  const banded = data.some((p) => p.low !== null);
  const area = () => areaY(data, {x: "x", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.2, clip: true});
  if (series.kind === "band") return [area()];
  if (series.kind === "line") {
    // A point between two gaps has no line to be on.
    const gap = (p) => !p || p.x === null || p.y === null;
    const alone = data.filter((p, i) => !gap(p) && gap(data[i - 1]) && gap(data[i + 1]));
    const line = lineY(data, {x: "x", y: "y", stroke, strokeWidth: 1.9, strokeDasharray, clip: true});
    return [...(banded ? [area()] : []), line, ...(alone.length ? [dot(alone, {x: "x", y: "y", fill: stroke, r: 2, clip: true})] : [])];
  }
  if (series.kind === "bars") return [ruleX(data, {x: "x", y1: 0, y2: "y", stroke, strokeWidth: 2.5})];
  const bars = banded ? [link(data, {x1: "x", x2: "x", y1: "low", y2: "high", stroke, strokeWidth: 1.3, clip: true})] : [];
  return [...bars, dot(data, {x: "x", y: "y", stroke, r: 3, strokeWidth: 1.5, clip: true})];
}

// Areas under lines under dots, as listed within each.
const depth = {band: 0, bars: 1, line: 2, dots: 3};

export function drawChart(chart, {width, dark}) {
  const paper = dark ? 1 : 0;
  const height = Math.round(Math.min(420, Math.max(240, width * 0.62)));
  const yLetters = Math.max(...chart.y.ticks.map(([, label]) => [...label].length));
  const marginLeft = Math.max(44, 18 + 7 * yLetters), marginRight = 16;
  const marks = chart.heat ? heatMarks(chart) : [];
  for (const rule of chart.rules) {
    const options = {stroke: rule.colour[paper], strokeDasharray: dashes, strokeWidth: 1.5, clip: true};
    marks.push(rule.vertical ? ruleX([rule.at], options) : ruleY([rule.at], options));
  }
  for (const series of [...chart.series].sort((a, b) => depth[a.kind] - depth[b.kind])) marks.push(...seriesMarks(chart, series, series.colour[paper]));
  const svg = plot({
    width, height, marginLeft, marginRight, marginBottom: 50, marginTop: 30,
    x: {...scale(chart.x, width - marginLeft - marginRight, width - marginLeft), labelAnchor: "center", labelOffset: 40, grid: !chart.heat},
    y: {...scale(chart.y, Infinity, width), labelAnchor: "top", grid: !chart.heat},
    color: chart.heat ? {type: "linear", domain: stopsAt(chart.heat), range: chart.heat.stops, interpolate: "rgb", clamp: true} : undefined,
    style: {background: "transparent", fontSize: "12px", fontFamily: "system-ui, sans-serif"},
    marks,
  });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", description(chart));
  // Plot labels groups that have no role; the picture is described as a whole.
  for (const part of svg.children) part.setAttribute("aria-hidden", "true");
  return svg;
}

const stopsAt = ({domain: [low, high], stops}) => stops.map((_, k) => low + ((high - low) * k) / (stops.length - 1));

// What a person who cannot see the picture is told.
export function description(chart) {
  const named = [...chart.series, ...chart.rules].map((s) => s.name ?? s.label).filter(Boolean);
  const drawn = named.length ? ` Shown: ${named.join("; ")}.` : "";
  const colours = chart.heat ? ` Colours: ${chart.heat.label}.` : "";
  return `${chart.title}. ${chart.y.label} against ${chart.x.label}.${colours}${drawn} ${chart.caption}`.trim();
}

// The same table as lab/chart_csv.h.
export function chartCsv(chart) {
  const quoted = (text) => (/[,"\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  // A word that a spreadsheet would run as a formula is led by an apostrophe, as in core/csv_field.h.
  const word = (text) => quoted(/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
  const field = (value) => (value === null || value === undefined ? "" : typeof value === "number" ? String(value) : word(value));
  const {heat} = chart;
  const rows = [["series", "x", "y", "low", "high", ...(heat ? ["value"] : [])]];
  const add = (...fields) => rows.push(heat && fields.length < 6 ? [...fields, null] : fields);
  heat?.values.forEach((row, i) => row.forEach((value, j) => add(heat.label, heat.xs[j], heat.ys[i], null, null, value)));
  for (const {name, kind, points} of chart.series) for (const [x, y, low, high] of points) add(name, x, kind === "band" ? null : y, low, high);
  for (const {label, at, vertical} of chart.rules) add(label, vertical ? at : null, vertical ? null : at, null, null);
  return rows.map((row) => row.map(field).join(",") + "\n").join("");
}
