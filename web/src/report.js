// The page: every <script type="application/json" class="chart"> becomes a figure in its place, with a legend, and buttons that save what is
// drawn as SVG and its numbers as CSV.
import {chartCsv, drawChart} from "./chart.js";

const darkPaper = matchMedia("screen and (prefers-color-scheme: dark)");

function element(name, className, ...children) {
  const out = document.createElement(name);
  if (className) out.className = className;
  out.append(...children);
  return out;
}

function legend(chart, dark) {
  const items = [...chart.series, ...chart.rules.map((r) => ({...r, name: r.label, dashed: true}))].filter((item) => item.name);
  return element("div", "legend", ...items.map((item) => {
    const mark = element("i", item.kind === "dots" ? "dot" : item.kind === "band" ? "band" : item.dashed ? "dashed" : "solid");
    mark.style.color = item.colour[dark ? 1 : 0];
    return element("span", "", mark, item.name);
  }));
}

// The colours of a heat map, with their numbers.
function colourScale({heat}) {
  const [low, high] = heat.domain;
  const bar = element("div", "colours");
  bar.style.background = `linear-gradient(to right, ${heat.stops.join(", ")})`;
  const numbers = element("div", "numbers", ...heat.ticks.map(([at, text]) => {
    const number = element("span", "", text);
    number.style.left = `${(100 * (at - low)) / (high - low)}%`;
    return number;
  }));
  return element("div", "scale", element("span", "", heat.label), element("div", "", bar, numbers));
}

function save(name, type, content) {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A picture that stands alone: light paper, its own size, the legend inside as text lines below.
function standaloneSvg(chart) {
  const svg = drawChart(chart, {width: 720, dark: false});
  const names = [...chart.series, ...chart.rules.map((r) => ({...r, name: r.label, dashed: true}))].filter((item) => item.name);
  const height = Number(svg.getAttribute("height")), total = height + 18 * (names.length + (chart.heat ? 1 : 0)) + 34;
  const ns = "http://www.w3.org/2000/svg";
  const add = (parent, tag, attributes, content) => {
    const node = document.createElementNS(ns, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (content) node.textContent = content;
    parent.append(node);
    return node;
  };
  const outer = document.createElementNS(ns, "svg");
  outer.setAttribute("xmlns", ns);
  for (const [key, value] of Object.entries({width: 720, height: total, viewBox: `0 0 720 ${total}`, color: "#1b1f24", "font-family": "system-ui, sans-serif", "font-size": 12})) outer.setAttribute(key, value);
  add(outer, "title", {}, svg.getAttribute("aria-label"));
  add(outer, "rect", {width: 720, height: total, fill: "#ffffff"});
  add(outer, "text", {x: 16, y: 20, "font-size": 15, "font-weight": 600, fill: "currentColor"}, chart.title);
  svg.setAttribute("y", 26);
  outer.append(svg);
  names.forEach((item, k) => {
    const y = height + 40 + 18 * k, stroke = item.colour[0];
    if (item.kind === "dots") add(outer, "circle", {cx: 31, cy: y - 4, r: 3.5, fill: "none", stroke, "stroke-width": 1.5});
    else add(outer, "line", {x1: 20, x2: 42, y1: y - 4, y2: y - 4, stroke, "stroke-width": item.kind === "band" ? 8 : 2, "stroke-opacity": item.kind === "band" ? 0.3 : 1, "stroke-dasharray": item.dashed ? "6 4" : "none"});
    add(outer, "text", {x: 52, y, fill: "currentColor"}, item.name);
  });
  if (chart.heat) {
    const {heat} = chart, y = height + 40 + 18 * names.length, [low, high] = heat.domain;
    heat.stops.forEach((fill, k) => add(outer, "rect", {x: 20 + (k * 300) / heat.stops.length, y: y - 10, width: 300 / heat.stops.length + 0.5, height: 8, fill}));
    for (const [at, text] of heat.ticks) add(outer, "text", {x: 20 + (300 * (at - low)) / (high - low), y: y + 9, "text-anchor": "middle", "font-size": 10, fill: "currentColor"}, text);
    add(outer, "text", {x: 340, y, fill: "currentColor"}, heat.label);
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(outer)}\n`;
}

function draw(script) {
  const chart = JSON.parse(script.textContent);
  const button = (label, action) => {
    const out = element("button", "", label);
    out.type = "button";
    out.setAttribute("aria-label", `Save “${chart.title}” as ${label}`);
    out.addEventListener("click", action);
    return out;
  };
  const buttons = element("div", "save", button("SVG", () => save(`${chart.name}.svg`, "image/svg+xml", standaloneSvg(chart))),
                          button("CSV", () => save(`${chart.name}.csv`, "text/csv", chartCsv(chart))));
  const key = element("div"), area = element("div", "plot");
  const title = element("div", "title", chart.title);
  const figure = element("figure", "", element("div", "head", title, buttons), key, area, ...(chart.caption ? [element("figcaption", "", chart.caption)] : []));
  let id = `chart-${chart.name}`;
  for (let k = 2; document.getElementById(id); ++k) id = `chart-${chart.name}-${k}`;
  figure.id = id;
  title.id = `${figure.id}-title`;
  figure.setAttribute("aria-labelledby", title.id);
  script.replaceWith(figure);
  let drawn = "";
  const render = () => {
    const width = Math.max(240, Math.min(900, figure.clientWidth)), dark = darkPaper.matches;
    if (drawn === `${width} ${dark}`) return;
    drawn = `${width} ${dark}`;
    key.replaceChildren(legend(chart, dark), ...(chart.heat ? [colourScale(chart)] : []));
    area.replaceChildren(drawChart(chart, {width, dark}));
  };
  render();
  addEventListener("resize", render);
  darkPaper.addEventListener("change", render);
}

document.querySelectorAll("script.chart").forEach(draw);
