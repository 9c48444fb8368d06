/** The peers of the flow bench: OpenCV's methods and torchvision's RAFT, run by Debian's python3 where it has them. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ALLOCATION } from "../../../jobs/allocation.ts";
import type { Flow, FlowPair } from "../../../vision/flow/flow.ts";

const PYTHON = "/usr/bin/python3";

export const OPENCV_METHODS = ["dis-medium", "farneback"] as const;
export type OpencvMethod = (typeof OPENCV_METHODS)[number];

const OPENCV = `
import sys, time, numpy as np, cv2
cv2.setNumThreads(2)
folder, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
methods = {
    "dis-medium": lambda a, b: dis.calc(a, b, None),
    "farneback": lambda a, b: cv2.calcOpticalFlowFarneback(a, b, None, 0.5, 3, 15, 3, 5, 1.2, 0),
}
def grey(name):
    rgb = np.fromfile(f"{folder}/{name}", dtype=np.uint8).reshape(side, side, 3)
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
for name, method in methods.items():
    for i in range(count):
        a, b = grey(f"{i}-onset"), grey(f"{i}-apex")
        method(a, b)
        start = time.perf_counter()
        flow = method(a, b)
        print(name, i, (time.perf_counter() - start) * 1000, flush=True)
        flow.transpose(2, 0, 1).astype(np.float32).tofile(f"{folder}/{i}-{name}")
`;

export interface PeerFlow {
  readonly flow: Flow;
  readonly ms: number;
}

/** Flows of pairs of one square size, by method; null where python3 or cv2 is not there. */
export async function opencvFlows(
  pairs: readonly FlowPair[],
): Promise<Readonly<Record<OpencvMethod, readonly PeerFlow[]>> | null> {
  if (!has("cv2")) return null;
  const side = pairs[0].onset.width;
  const folder = await mkdtemp(path.join(tmpdir(), "apexlab-bench-"));
  try {
    for (const [i, pair] of pairs.entries())
      for (const which of ["onset", "apex"] as const)
        await writeFile(path.join(folder, `${i}-${which}`), pair[which].rgb);
    const done = spawnSync(PYTHON, ["-c", OPENCV, folder, String(pairs.length), String(side)], { encoding: "utf8" });
    if (done.status !== 0) return null;
    const times = new Map(
      done.stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" "))
        .map(([name, i, ms]) => [`${i}-${name}`, Number(ms)]),
    );
    const of = async (method: OpencvMethod): Promise<PeerFlow[]> => {
      const flows: PeerFlow[] = [];
      for (let i = 0; i < pairs.length; i++) {
        const { buffer } = Uint8Array.from(await readFile(path.join(folder, `${i}-${method}`)));
        const plane = side * side;
        const [u, v] = [0, 1].map((part) => new Float32Array(buffer, 4 * part * plane, plane));
        flows.push({ flow: { width: side, height: side, u, v }, ms: times.get(`${i}-${method}`) ?? Number.NaN });
      }
      return flows;
    };
    return { "dis-medium": await of("dis-medium"), farneback: await of("farneback") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function has(module: string): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, ["-c", `import ${module}`]).status === 0;
}

const TORCH = `
import sys, time, torch
from torchvision.models.optical_flow import raft_small
torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
model = raft_small(weights=None).eval()
a, b = torch.rand(1, 3, 224, 224) * 2 - 1, torch.rand(1, 3, 224, 224) * 2 - 1
with torch.inference_mode():
    model(a, b, num_flow_updates=20)
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        model(a, b, num_flow_updates=20)
        print((time.perf_counter() - start) * 1000, flush=True)
`;

/** torchvision's raft_small with random weights, kept warm. */
export interface TorchRaft extends AsyncDisposable {
  /** Milliseconds of one pair at 224 x 224 and 20 iterations. */
  readonly time: () => Promise<number>;
}

/** Null where python3, torch or torchvision is not there. */
export async function openTorchRaft(threads: number): Promise<TorchRaft | null> {
  if (!has("torchvision.models.optical_flow")) return null;
  const child = spawn(PYTHON, ["-c", TORCH, String(threads)], {
    env: { ...process.env, ...ALLOCATION },
    stdio: ["pipe", "pipe", "ignore"],
  });
  // Lines, not chunks: a chunk may end anywhere.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : value;
  };
  const close = async (): Promise<void> => {
    child.stdin.end();
    child.kill();
  };
  if ((await answer()) !== "ready") {
    await close();
    return null;
  }
  return {
    time: async () => {
      child.stdin.write("\n");
      return Number((await answer()) ?? Number.NaN);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Where Debian's python3-skimage keeps its pictures; public-domain and CC0 photographs among them, by name. */
const PHOTO_FOLDERS = [
  "/usr/lib/python3/dist-packages/skimage/data",
  "/usr/local/lib/python3/dist-packages/skimage/data",
];
const PHOTOS = ["astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg"];

/** Files of photographs in the public domain on this machine; none where the package is not there. */
export function photoFiles(): string[] {
  const folder = PHOTO_FOLDERS.find((each) => existsSync(each));
  if (folder === undefined) return [];
  return PHOTOS.map((name) => path.join(folder, name)).filter((file) => existsSync(file));
}
