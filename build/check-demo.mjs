/**
 * `npm run check:demo`: what the demo study's labels hang on. On its quick size, CNN at 64 px, last epoch, three seeds:
 * flow must be learned across datasets; onset frames and shuffled labels must stay at chance. Exits 1 where they do not.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const workspace = path.join(root, ".demo");
const bin = path.join(root, "out", "main", "bin.js");
const SAME = [
  "--size",
  "64",
  "--epochs",
  "20",
  "--lr",
  "1e-3",
  "--batches",
  "stratified",
  "--threads",
  "2",
  "--selection",
  "last-epoch",
  "--seeds",
  "3",
];

/** Chance over three classes is .333; the band holds what luck does on 149 samples. */
const CHANCE = { least: 0.23, most: 0.43 };

const CHECKS = [
  { what: "flow", args: ["--input", "flow"], least: 0.6, most: 1 },
  { what: "flow, shuffled labels", args: ["--input", "flow", "--shuffle-labels"], ...CHANCE },
  { what: "onset frames", args: ["--input", "onset"], ...CHANCE },
  { what: "apex frames", args: ["--input", "apex"], least: null, most: null },
];

function apexlab(args) {
  const done = spawnSync(process.execPath, [bin, ...args, "--json", "--workspace", workspace], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) process.exit(1);
  return JSON.parse(done.stdout);
}

apexlab(["demo"]);
const percent = (fraction) => (100 * fraction).toFixed(1);
const figure = (mean, spread) => `${percent(mean).padStart(5)} ± ${percent(spread).padStart(4)}`;
const lines = [];
let failed = 0;
for (const { what, args, least, most } of CHECKS) {
  const { mean, spread, seconds } = apexlab(["run", ...SAME, ...args]);
  const holds = least === null || (mean.uar >= least && mean.uar <= most);
  if (!holds) failed++;
  const wanted =
    least === null
      ? "as it comes"
      : most === 1
        ? `at least ${percent(least)}`
        : `${percent(least)} to ${percent(most)}`;
  lines.push(
    `  ${what.padEnd(22)}  ${figure(mean.uf1, spread.uf1)}   ${figure(mean.uar, spread.uar)}   ${figure(mean.accuracy, spread.accuracy)}   ${wanted.padEnd(13)}   ${holds ? "holds" : "FAILS"}   ${Math.round(seconds)} s`,
  );
}
console.log(
  "Demo study, quick: leave one dataset out, CNN at 64 px, 20 epochs, last epoch, 3 seeds; percent, mean ± spread over seeds",
);
console.log(
  `  ${"input".padEnd(22)}  ${"UF1".padEnd(12)}   ${"UAR".padEnd(12)}   ${"Acc".padEnd(12)}   ${"UAR wanted".padEnd(13)}`,
);
console.log(lines.join("\n"));
process.exit(failed === 0 ? 0 : 1);
