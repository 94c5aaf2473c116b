// Licences of every package whose code is in the bundle, one after another, into dist/LICENSES.txt.
import {build} from "esbuild";
import {existsSync, readFileSync, writeFileSync} from "node:fs";

const {metafile} = await build({entryPoints: ["src/report.js"], bundle: true, write: false, metafile: true});
const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (match) packages.add(match[1]);
}
const text = [...packages].sort().map((name) => {
  const {version, license} = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((f) => `node_modules/${name}/${f}`).find(existsSync);
  return `== ${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : "see the package"}\n`;
});
writeFileSync("dist/LICENSES.txt", text.join("\n"));
