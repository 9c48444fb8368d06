/** Any address and any body get an answer that is no fault of the program, and change nothing. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appRouter } from "../../src-main/api/router.ts";
import { listDatasets } from "../../src-main/store/tables/datasets.ts";
import { listSamples } from "../../src-main/store/tables/samples.ts";
import { getSettings } from "../../src-main/store/tables/settings.ts";
import { writeFramedStudy } from "./framed-study.ts";
import { TestHouse } from "./house.ts";

let root = "";
let house: TestHouse;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-odd-"));
  house = new TestHouse(path.join(root, "study"));
  await house.import(await writeFramedStudy(path.join(root, "data"), { datasets: ["a"], clips: 2 }));
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

/** Long work, streams and switching the study have tests of their own. */
const CALLS = Object.keys(appRouter._def.procedures).filter(
  (name) =>
    !/^(study\.(import|previewImport|demo)|runs\.(start|live)|tasks\.follow|workspace\.(open|browse))$/.test(name),
);

const word = fc.oneof(
  fc.constantFrom(
    "a",
    "p0",
    "p1",
    "c0",
    "c1",
    "7",
    "apex",
    "onset",
    "..",
    "../..",
    "%00",
    "/etc/passwd",
    "__proto__",
    "constructor",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const input = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      dataset: word,
      subject: word,
      clip: word,
      run: word,
      id: word,
      labels: word,
      theme: word,
      filter: fc.jsonValue(),
      was: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);
const query = fc.dictionary(fc.constantFrom("dataset", "subject", "clip", "frame", "width", "x"), word, {
  noNullPrototype: true,
});
const request = fc.oneof(
  fc
    .record({ kind: fc.constantFrom("frame", "onset", "apex", "crop", "flow", ".."), query })
    .map(({ kind, query: search }) => ({
      method: "GET",
      address: `/picture/${kind}?${new URLSearchParams(search)}`,
      body: undefined,
    })),
  fc
    .record({ name: fc.oneof(fc.constantFrom(...CALLS), word), value: input, reading: fc.boolean() })
    .map(({ name, value, reading }) => {
      const text = JSON.stringify(value);
      const place = `/trpc/${encodeURIComponent(name)}`;
      return reading
        ? { method: "GET", address: `${place}?input=${encodeURIComponent(text)}`, body: undefined }
        : { method: "POST", address: place, body: text };
    }),
  fc
    .record({ name: word, body: fc.string() })
    .map(({ name, body }) => ({ method: "POST", address: `/trpc/${encodeURIComponent(name)}`, body })),
  fc.webPath().map((address) => ({ method: "GET", address: `/${address}`, body: undefined })),
);

it("whatever is asked", async () => {
  const before = () => [listSamples(house.workspace).length, listDatasets(house.workspace).length];
  const held = before();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, address, body }) => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await house.handle(new Request(`http://localhost${address}`, { method, body, headers }), "page");
      const text = await answer.text();
      expect(answer.status).toBeLessThan(500);
      expect(text).not.toMatch(/root:x:|\\n {4}at |"code":"internal"/);
    }),
    { numRuns: 1500, seed: 20_261_125 },
  );
  expect(before()).toEqual(held);
  expect(getSettings(house.workspace)).toMatchObject({ theme: expect.stringMatching(/^(system|light|dark)$/) });
});
