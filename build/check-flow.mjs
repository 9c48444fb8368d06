/**
 * `npm run check:flow [clips]`: mean end-point error of TV-L1 on the quick demo study against its dense truth, on the
 * 224-pixel crop, for the first clips of each dataset; beside it scikit-image's optical_flow_tvl1 at its defaults where
 * python3-skimage is installed. Whole motion, the head's part included.
 */
import "./node24.mjs";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const { readPicture } = await import("../src-main/vision/pictures/read.ts");
const { readNpy, writeNpy } = await import("../src-main/vision/pictures/npy.ts");
const { toGrey } = await import("../src-main/vision/pictures/picture.ts");
const { cropBox, cropFrame } = await import("../src-main/vision/crops/crop.ts");
const { TVL1 } = await import("../src-main/vision/flow/tvl1/tvl1.ts");
const { STUDIOS } = await import("../src-main/study/demo/studios.ts");
const { endPointError } = await import("../src-main/vision/flow/metrics.ts");

const SIZE = 224;
const MOVING = 0.5;
/** Half axes of an oval that holds the features and no wall, px at 224. */
const FACE = { x: 62, y: 84 };
const PER_DATASET = Number(process.argv[2] ?? 4);
const root = path.resolve(import.meta.dirname, "..");
const releases = path.join(root, ".demo", "demo-releases");
const PYTHON = "/usr/bin/python3";
const SKIMAGE = `
import sys, numpy as np
from skimage.registration import optical_flow_tvl1
for base in sys.argv[1:]:
    a, b = np.load(base + "-onset.npy")[0], np.load(base + "-apex.npy")[0]
    v, u = optical_flow_tvl1(a, b)
    np.save(base + "-flow.npy", np.stack([u, v]).astype(np.float32))
`;

execFileSync(
  process.execPath,
  [path.join(root, "out", "main", "bin.js"), "demo", "--workspace", path.join(root, ".demo")],
  { stdio: ["ignore", "ignore", "inherit"] },
);

const clips = [];
for (const dataset of readdirSync(path.join(releases, "truth"))) {
  const own = readdirSync(path.join(releases, "truth", dataset), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".json"))
    .sort();
  // Spread over the subjects, not the first one's clips only.
  const step = Math.max(1, Math.floor(own.length / PER_DATASET));
  for (const name of own.filter((_, i) => i % step === 0).slice(0, PER_DATASET)) {
    clips.push({ dataset, base: path.join(releases, "truth", dataset, name.slice(0, -".json".length)) });
  }
}

function frameOf(folder, number) {
  const name = readdirSync(folder).find((each) => Number(/(\d+)\.\w+$/.exec(each)?.[1]) === number);
  return path.join(folder, name);
}

/** Clip folders by dataset, subject and name, read off the release trees. */
function clipFolder({ dataset, base }) {
  const [name, subject] = [path.basename(base), path.basename(path.dirname(base))];
  const release = path.join(releases, STUDIOS[dataset].release);
  const found = readdirSync(release, { recursive: true, withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() &&
      entry.name === name &&
      (dataset === "mmew" || entry.parentPath.split(path.sep).includes(subject)),
  );
  return path.join(found[0].parentPath, name);
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

const scratch = mkdtempSync(path.join(tmpdir(), "apexlab-flow-"));
try {
  for (const [i, clip] of clips.entries()) {
    const facts = JSON.parse(readFileSync(`${clip.base}.json`, "utf8"));
    const folder = clipFolder(clip);
    const frames = [];
    for (const number of [facts.onset, facts.apex]) frames.push(await readPicture(frameOf(folder, number)));
    const [onset, apex] = frames.map((frame) => cropFrame(frame, cropBox("centre-square", frame), SIZE));
    clip.flow = await TVL1.compute({ onset, apex }, TVL1.options.parse({}));
    clip.scratch = path.join(scratch, String(i));
    for (const [name, picture] of [
      ["onset", onset],
      ["apex", apex],
    ]) {
      const grey = toGrey(picture);
      await writeNpy(`${clip.scratch}-${name}.npy`, {
        shape: [1, SIZE, SIZE],
        data: Float32Array.from(grey.data, (value) => value / 255),
      });
    }
    const { data } = await readNpy(`${clip.base}.flow.npy`);
    const plane = SIZE * SIZE;
    clip.seen = Uint8Array.from({ length: plane }, (_, k) => (Number.isNaN(data[k]) ? 0 : 1));
    clip.truth = {
      width: SIZE,
      height: SIZE,
      u: data.slice(0, plane).map((x) => x || 0),
      v: data.slice(plane).map((x) => x || 0),
    };
    clip.face = clip.seen.map((seen, k) =>
      seen && Math.hypot(((k % SIZE) - SIZE / 2) / FACE.x, (Math.floor(k / SIZE) - SIZE / 2) / FACE.y) < 1 ? 1 : 0,
    );
    clip.moving = clip.seen.map((seen, k) => (seen && Math.hypot(clip.truth.u[k], clip.truth.v[k]) > MOVING ? 1 : 0));
  }
  const peer = spawnSync(PYTHON, ["-c", SKIMAGE, ...clips.map((clip) => clip.scratch)], { encoding: "utf8" });
  const rows = [];
  for (const clip of clips) {
    const errors = (flow) => [clip.seen, clip.face, clip.moving].map((mask) => endPointError(flow, clip.truth, mask));
    const zero = { ...clip.truth, u: clip.truth.u.map(() => 0), v: clip.truth.v.map(() => 0) };
    let theirs = null;
    if (peer.status === 0) {
      const { data } = await readNpy(`${clip.scratch}-flow.npy`);
      theirs = errors({ ...clip.truth, u: data.slice(0, SIZE * SIZE), v: data.slice(SIZE * SIZE) });
    }
    rows.push({ dataset: clip.dataset, ours: errors(clip.flow), theirs, still: errors(zero) });
  }
  const cell = (own, pick) =>
    (own.some((row) => pick(row) === null) ? "-" : mean(own.map(pick)).toFixed(3)).padStart(7);
  console.log(
    `Mean end-point error, px at ${SIZE}, onset to apex, ${PER_DATASET} clips a dataset: in the whole crop, on the face, and where the truth moves more than ${MOVING} px`,
  );
  console.log(
    "  dataset  TV-L1:  whole    face  moving   skimage:  whole    face  moving   no motion:  whole    face  moving",
  );
  for (const [name, own] of [...Map.groupBy(rows, (row) => row.dataset), ["all", rows]]) {
    const three = (key) => [0, 1, 2].map((i) => cell(own, (row) => row[key]?.[i] ?? null)).join(" ");
    console.log(
      `  ${name.padEnd(7)}        ${three("ours")}            ${three("theirs")}              ${three("still")}`,
    );
  }
  if (peer.status !== 0)
    console.log(`  (no ${PYTHON} with skimage: ${(peer.stderr || String(peer.error)).trim().split("\n").at(-1)})`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
