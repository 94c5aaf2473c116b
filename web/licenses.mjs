// Licences of every package whose code is in the bundle: into dist/LICENSES.txt, and as a comment at the head of the bundle, since every page is a
// copy of it. Packages with the same text (but for the copyright line) share it.
import {build} from "esbuild";
import {existsSync, readFileSync, writeFileSync} from "node:fs";

const {metafile} = await build({entryPoints: ["src/report.js"], bundle: true, write: false, metafile: true});
const packages = new Set();
for (const [input, {bytesInOutput}] of Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))) {
  const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (match && bytesInOutput > 0) packages.add(match[1]);
}
const groups = new Map();
for (const name of [...packages].sort()) {
  const {version, license} = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((f) => `node_modules/${name}/${f}`).find(existsSync);
  if (!file) throw new Error(`${name} has no licence file`);
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const copyright = lines.filter((line) => /^\s*copyright /i.test(line)).map((line) => line.trim());
  const terms = lines.filter((line) => !/^\s*copyright /i.test(line)).join("\n").trim();
  const key = terms.replace(/\s+/g, " ");
  if (!groups.has(key)) groups.set(key, {terms, heads: []});
  groups.get(key).heads.push(`${name} ${version} (${license})\n  ${copyright.join("\n  ")}`);
}
const text = [...groups.values()].map(({terms, heads}) => `== ${heads.join("\n== ")}\n\n${terms}\n`).join("\n");
writeFileSync("dist/LICENSES.txt", text);
writeFileSync("dist/report.js", `/*!\n${text.replaceAll("*/", "* /")}*/\n${readFileSync("dist/report.js", "utf8")}`);
