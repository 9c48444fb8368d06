/** Pictures by address: sizes, caching, and that none comes from anywhere but what was imported. */
import { mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBmp } from "../../src-main/vision/pictures/bmp.ts";
import { listSamples, putSample } from "../../src-main/store/tables/samples.ts";
import { FRAMES, SIDE, writeFramedStudy } from "./framed-study.ts";
import { TestHouse } from "./house.ts";

let root = "";
let house: TestHouse;
const APEX = "/picture/apex?dataset=a&subject=p0&clip=c0";
const frames = (clip: string) => path.join(root, "data", "a", clip);

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apexlab-pictures-"));
  house = new TestHouse(path.join(root, "study"));
  await house.import(await writeFramedStudy(path.join(root, "data"), { datasets: ["a", "b"], clips: 6 }));
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const metaOf = async (answer: Response) => sharp(Buffer.from(await answer.arrayBuffer())).metadata();
const faultOf = async (answer: Response) => Object(await answer.json()).error.data.fault;

describe("a frame", () => {
  it("is sent as it is, byte by byte, or at the next of a few widths, never enlarged", async () => {
    const whole = await house.get("/picture/frame?dataset=a&subject=p0&clip=c0&frame=8");
    expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(await metaOf(whole)).toMatchObject({ width: SIDE, height: SIDE });
    const small = await sharp(path.join(frames("c0"), "img8.png"))
      .resize(600)
      .png()
      .toBuffer();
    await writeFile(path.join(frames("c2"), "img8.png"), small);
    const sized = (width: number) =>
      house.get(`/picture/apex?dataset=a&subject=p0&clip=c2&width=${width}`).then(metaOf);
    expect(await sized(65)).toMatchObject({ format: "jpeg", width: 96 });
    expect(await sized(512)).toMatchObject({ width: 512 });
    expect(await sized(2048)).toMatchObject({ width: 600 });
  });

  it("of a kind that browsers do not show is converted without loss", async () => {
    const rgb = new Uint8Array(12).map((_, i) => i * 20);
    await writeFile(path.join(frames("c4"), "img8.png"), encodeBmp({ width: 2, height: 2, rgb }));
    const answer = await house.get("/picture/apex?dataset=a&subject=p0&clip=c4");
    const pixels = await sharp(Buffer.from(await answer.arrayBuffer()))
      .raw()
      .toBuffer();
    expect([answer.headers.get("content-type"), [...pixels]]).toEqual(["image/png", [...rgb]]);
  });

  it("is not sent again while it is the same, and is when it changed", async () => {
    const first = await house.get(`${APEX}&width=64`);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toMatch(/^private, max-age=\d+/);
    const again = await house.get(`${APEX}&width=64`, { "if-none-match": etag });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await house.get(`${APEX}&width=96`)).headers.get("etag")).not.toBe(etag);
    await utimes(path.join(frames("c0"), "img8.png"), new Date(), new Date(Date.now() + 5000));
    expect((await house.get(`${APEX}&width=64`, { "if-none-match": etag })).status).toBe(200);
  });
});

describe("refused with a sentence", () => {
  it.each([
    ["a width over the limit", `${APEX}&width=100000`, 400],
    ["a width of nothing", `${APEX}&width=0`, 400],
    ["a width that is no number", `${APEX}&width=1e3`, 400],
    ["no sample", "/picture/apex", 400],
    ["another kind", APEX.replace("apex", "truth"), 400],
    ["an unknown sample", APEX.replace("c0", "c99"), 404],
    ["an unknown frame", "/picture/frame?dataset=a&subject=p0&clip=c0&frame=99", 404],
    ["a frame without number", "/picture/frame?dataset=a&subject=p0&clip=c0", 404],
    ["a crop that no run made", APEX.replace("apex", "crop"), 404],
    ["a flow that no run made", APEX.replace("apex", "flow"), 404],
  ])("%s", async (_name, address, status) => {
    const answer = await house.get(address);
    expect(answer.status).toBe(status);
    expect((await faultOf(answer)).message).toMatch(/\w.*\.$/);
  });

  it("a picture that is none, or is cut off", async () => {
    const file = path.join(frames("c3"), "img8.png");
    const whole = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#456" } })
      .jpeg()
      .toBuffer();
    for (const bytes of [Buffer.from("<svg/>"), whole.subarray(0, whole.length / 2)]) {
      await writeFile(file, bytes);
      const answer = await house.get("/picture/apex?dataset=a&subject=p1&clip=c3&width=64");
      expect([answer.status, await faultOf(answer)]).toMatchObject([400, { code: "file-unreadable", place: { file } }]);
    }
  });
});

const secret = () => path.join(root, "secret.png");

describe("never from elsewhere", () => {
  it("by a link out of the imported folder, or a name in the database that climbs", async () => {
    await sharp({ create: { width: 8, height: 8, channels: 3, background: "#f00" } })
      .png()
      .toFile(secret());
    const link = path.join(frames("c5"), "img8.png");
    await rm(link);
    await symlink(secret(), link);
    const linked = await house.get("/picture/apex?dataset=a&subject=p1&clip=c5");
    expect([linked.status, (await faultOf(linked)).code]).toEqual([400, "path-escapes"]);

    const [sample] = listSamples(house.workspace, { datasets: ["b"] });
    const climbing = {
      folder: path.dirname(frames("c0")),
      files: FRAMES.map((n): [number, string] => [n, "../../secret.png"]),
    };
    putSample(house.workspace, { ...sample, frames: climbing });
    const climbed = await house.get(`/picture/apex?dataset=b&subject=${sample.subject}&clip=${sample.clip}`);
    expect([climbed.status, (await faultOf(climbed)).code]).toEqual([400, "path-escapes"]);
  });

  it("a link inside the folder is followed", async () => {
    const link = path.join(frames("c1"), "img8.png");
    await rm(link);
    await symlink("img7.png", link);
    expect((await house.get("/picture/apex?dataset=a&subject=p1&clip=c1")).status).toBe(200);
  });

  it("a source folder that has moved is said to have, and found again when it is told where", async () => {
    const moved = path.join(root, "moved");
    await rm(path.join(frames("c5"), "img8.png"));
    await sharp(path.join(frames("c5"), "img7.png")).toFile(path.join(frames("c5"), "img8.png"));
    await house.import(path.join(root, "data", "manifest.csv"));
    await rename(path.join(root, "data"), moved);
    const gone = await house.get(APEX);
    expect([gone.status, await faultOf(gone)]).toMatchObject([
      404,
      { code: "file-missing", message: expect.stringMatching(/was moved.*Study page/) },
    ]);
    expect((await house.calls.study.overview()).datasets[0]).toMatchObject({ sourceFound: false });
    expect((await house.calls.samples.get({ dataset: "a", subject: "p0", clip: "c0" })).missing).toMatch(
      /not there now/,
    );
    const relocate = (source: string) => house.calls.study.relocate({ dataset: "a", source });
    await expect(relocate(path.join(root, "study"))).rejects.toThrow(/manifest.csv does not exist/);
    await writeFile(path.join(root, "manifest.csv"), "");
    await expect(relocate(root)).rejects.toThrow(/is not the same a: it lacks \d+ of its pictures/);
    for (const place of [moved, path.join(moved, "manifest.csv")]) await relocate(place);
    expect((await house.get(APEX)).status).toBe(200);
    expect((await house.calls.study.overview()).datasets[0]).toMatchObject({ sourceFound: true, total: 4 + 1 });
  });
});

describe("what a run made", () => {
  it("is shown as crop and as flow, and counted as ready", async () => {
    const data = path.join(root, "run-data");
    await using own = new TestHouse(path.join(root, "run-study"));
    await own.import(await writeFramedStudy(data, { datasets: ["a", "b"] }));
    for (const file of await readdir(data, { recursive: true })) await utimes(path.join(data, file), 1e9, 1e9); // long ago, so that a digest is remembered at once
    const { id } = await own.calls.runs.start({ input: "flow", size: 16, epochs: 1, batch: 4, threads: 1 });
    expect(await own.ended(id)).toMatchObject({ state: "finished" });
    const { datasets } = await own.calls.study.overview();
    const all = { done: 3, total: 3 };
    expect(datasets.map(({ readiness }) => readiness)).toMatchObject([
      { crops: all, flow: all, aus: { done: 0, total: 3 } },
      { crops: all, flow: all },
    ]);
    for (const kind of ["flow", "crop"])
      expect(await metaOf(await own.get(APEX.replace("apex", kind)))).toMatchObject({ width: 224, height: 224 });
    expect((await own.calls.samples.get({ dataset: "a", subject: "p0", clip: "c0" })).has).toEqual({
      crop: true,
      flow: true,
    });
  });
});
