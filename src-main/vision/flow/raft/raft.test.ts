import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ApexError } from "../../../contract/errors.ts";
import { onnxExecutor } from "../../../engine/index.ts";
import type { Picture } from "../../pictures/picture.ts";
import type { Flow } from "../flow.ts";
import { paddingFor } from "./pad.ts";
import { raftMethod, raftOptions } from "./raft.ts";
import { flowFixture } from "./reference/fixture.ts";
import { madeParameters, madePictures } from "./reference/formulas.ts";

const fixture = flowFixture.parse(
  JSON.parse(readFileSync(path.join(import.meta.dirname, "../../../../test/fixtures/raft/flow_128x160.json"), "utf8")),
);
const executor = onnxExecutor();
const raft = raftMethod({
  weights: { model: "small", parameters: madeParameters("small", fixture.seed) },
  executor,
});
afterAll(() => raft[Symbol.asyncDispose]());

const [onset, apex] = madePictures(160, 128, fixture.seed);
const plain = (width: number, height: number, of: (x: number, y: number) => number): Picture => {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) {
    const place = Math.floor(i / 3);
    rgb[i] = of(place % width, Math.floor(place / width));
  }
  return { width, height, rgb };
};
const options = (change: object = {}) => raftOptions.parse({ iterations: 3, ...change });
const largest = (a: Flow, b: Flow): number =>
  [a.u, a.v].reduce(
    (most, plane, k) => plane.reduce((m, x, i) => Math.max(m, Math.abs(x - [b.u, b.v][k][i])), most),
    0,
  );

test("iteration by iteration, the flow is the official one", async () => {
  const { u, v } = await raft.compute({ onset, apex }, options({ iterations: fixture.full.iterations }));
  const { rows, cols, full64 } = fixture.full;
  const have = [u, v].flatMap((plane) => rows.flatMap((y) => cols.map((x) => plane[y * 160 + x])));
  expect(full64.reduce((most, x, i) => Math.max(most, Math.abs(x - have[i])), 0)).toBeLessThan(5e-4);
});

test("the large network's, too", { timeout: 60_000 }, async () => {
  const file = path.join(import.meta.dirname, "../../../../test/fixtures/raft/flow_large_128x160.json");
  const large = flowFixture.parse(JSON.parse(readFileSync(file, "utf8")));
  await using method = raftMethod({
    weights: { model: "large", parameters: madeParameters("large", large.seed) },
    executor,
  });
  const { u, v } = await method.compute({ onset, apex }, options({ iterations: large.full.iterations }));
  const { rows, cols, full64 } = large.full;
  const have = [u, v].flatMap((plane) => rows.flatMap((y) => cols.map((x) => plane[y * 160 + x])));
  expect(full64.reduce((most, x, i) => Math.max(most, Math.abs(x - have[i])), 0)).toBeLessThan(5e-4);
});

test("pairs computed together have the flow they have alone", async () => {
  const pairs = [
    { onset, apex },
    { onset: apex, apex: onset },
  ];
  const together = await raft.computeAll(pairs, options());
  for (const [i, pair] of pairs.entries())
    expect(largest(together[i], await raft.compute(pair, options()))).toBeLessThan(1e-4);
  expect(largest(together[0], together[1])).toBeGreaterThan(0.1);
});

describe("stopping early", () => {
  const pair = { onset, apex };

  test("a pair is done after the first update that is below the threshold", async () => {
    const one = await raft.compute(pair, options({ iterations: 1 }));
    expect(largest(await raft.compute(pair, options({ iterations: 50, threshold: 10 })), one)).toBeLessThan(1e-4);
    expect(largest(await raft.compute(pair, options({ threshold: 1e-4 })), one)).toBeGreaterThan(0.1);
  });

  test("one pair's end does not end another's", async () => {
    const black = plain(160, 128, () => 0);
    const pairs = [pair, { onset: black, apex: black }];
    const iterations = 4;
    const whole = await raft.computeAll(pairs, options({ iterations }));
    const thresholds = [0.25, 0.5, 1, 2, 4, 8];
    const together: (readonly Flow[])[] = [];
    for (const threshold of thresholds) together.push(await raft.computeAll(pairs, options({ iterations, threshold })));
    for (const [i, one] of pairs.entries())
      for (const [k, threshold] of thresholds.entries())
        expect(largest(together[k][i], await raft.compute(one, options({ iterations, threshold })))).toBeLessThan(1e-4);
    const early = together.map((flows) => flows.map((flow, i) => largest(flow, whole[i]) > 1e-3));
    // At some threshold one of the two is done early and the other is not.
    expect(early.some(([one, other]) => one !== other)).toBe(true);
  });
});

const inside = (n: number, length: number): number => Math.min(Math.max(n, 0), length - 1);
const small = (shift: number) => plain(40, 20, (x, y) => ((x + shift) * 37 + y * 11) % 256);

describe("sides that the network does not take", () => {
  test.each([
    [131, 150, 136, 152, 2, 1],
    [128, 160, 128, 160, 0, 0],
    [100, 90, 128, 128, 14, 19],
    [129, 128, 136, 128, 3, 0],
  ])("%i x %i is padded to %i x %i, the picture in the middle", (width, height, ...want) => {
    const { width: w, height: h, left, top } = paddingFor(width, height);
    expect([w, h, left, top]).toEqual(want);
  });

  test("the border is repeated, and the flow is cut back to the picture", async () => {
    const [a, b] = [
      plain(150, 122, (x, y) => (x * 31 + y * 17) % 256),
      plain(150, 122, (x, y) => (x * 29 + y * 19) % 256),
    ];
    const grown = (p: Picture): Picture =>
      plain(152, 128, (x, y) => p.rgb[(inside(y - 3, 122) * 150 + inside(x - 1, 150)) * 3]);
    const flow = await raft.compute({ onset: a, apex: b }, options());
    const whole = await raft.compute({ onset: grown(a), apex: grown(b) }, options());
    expect([flow.width, flow.height, flow.u.length]).toEqual([150, 122, 150 * 122]);
    for (const [x, y] of [
      [0, 0],
      [149, 0],
      [70, 60],
      [149, 121],
    ])
      expect(flow.v[y * 150 + x]).toBeCloseTo(whole.v[(y + 3) * 152 + x + 1], 4);
  });

  test("a small picture has a flow of its own size", async () => {
    const flow = await raft.compute({ onset: small(0), apex: small(1) }, options());
    expect([flow.width, flow.height]).toEqual([40, 20]);
    expect([...flow.u, ...flow.v].every(Number.isFinite)).toBe(true);
  });
});

describe("odd pairs", () => {
  test.each([
    ["the same frame twice", onset],
    ["all black", plain(160, 128, () => 0)],
    ["all white", plain(160, 128, () => 255)],
  ])("%s: finite", async (_, frame) => {
    const { u, v } = await raft.compute({ onset: frame, apex: frame }, options());
    expect([...u, ...v].every(Number.isFinite)).toBe(true);
  });

  test("two sizes in a pair", async () => {
    await expect(raft.compute({ onset, apex: plain(160, 120, () => 0) }, options())).rejects.toThrow(
      "Flow needs two pictures of one size: the onset is 160 x 128, the apex 160 x 120.",
    );
  });

  test("two sizes among pairs", async () => {
    const other = plain(160, 120, () => 0);
    await expect(
      raft.computeAll(
        [
          { onset, apex },
          { onset: other, apex: other },
        ],
        options(),
      ),
    ).rejects.toThrow("Pairs computed together must be of one size: one is 160 x 128, another 160 x 120.");
  });

  test("pictures of more than a million pixels", async () => {
    const huge = plain(1100, 1000, () => 0);
    await expect(raft.compute({ onset: huge, apex: huge }, options())).rejects.toThrow(/at most 1048576 pixels/);
  });

  test("no pairs at all", async () => {
    expect(await raft.computeAll([], options())).toEqual([]);
  });

  test("cancelled before, and between iterations", async () => {
    const controller = new AbortController();
    const run = raft.computeAll([{ onset, apex }], options({ iterations: 200 }), controller.signal);
    controller.abort();
    await expect(run).rejects.toThrow(ApexError);
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
    const later = raft.computeAll([{ onset, apex }], options(), controller.signal);
    await expect(later).rejects.toMatchObject({ code: "cancelled" });
  });

  test("a threshold that no update is below changes nothing, nor do more iterations than one program has", async () => {
    const pair = { onset, apex };
    const whole = await raft.compute(pair, options({ iterations: 6 }));
    expect(largest(await raft.compute(pair, options({ iterations: 6, threshold: 1e-9 })), whole)).toBeLessThan(1e-4);
    const { u, v } = await raft.compute(pair, options({ iterations: 34 }));
    expect([...u, ...v].every(Number.isFinite)).toBe(true);
  });
});
