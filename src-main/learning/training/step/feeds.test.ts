import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { Random } from "../../../engine/index.ts";
import { FLOW_NORMALISER, writer } from "../../normaliser.ts";
import { inMemory, type WritePictures } from "../../pictures.ts";
import { sampleSet } from "../../samples.ts";
import { pictureFeeds } from "./feeds.ts";

const LENGTH = 12;
const SAMPLES = 9;

/** Picture n is filled with n; whoever takes 8 fails. `write` goes on beside the caller, for some turns. */
function feedsOf(random: Random) {
  const pixels = Float32Array.from({ length: SAMPLES * LENGTH }, (_, i) => Math.floor(i / LENGTH));
  const all = inMemory(pixels, LENGTH);
  const write: WritePictures = async (pictures, normaliser, out) => {
    await some(random);
    writer(normaliser)(pictures, out);
  };
  const take = async (rows: readonly number[]) => {
    if (rows.includes(8)) throw new Error("Picture 8 is no picture.");
    return all.take(rows);
  };
  const samples = sampleSet({
    shape: [3, 2, 2],
    pictures: { ...all, take, ...(random.integer(3) > 0 && { write }) },
    samples: Array.from({ length: SAMPLES }, () => ({ label: 0, dataset: "d" })),
  });
  return pictureFeeds(samples, FLOW_NORMALISER);
}

/** Turns of the event loop: often none, sometimes many. */
async function some(random: Random): Promise<void> {
  for (let turns = random.integer(2) * random.integer(9); turns > 0; turns--) await setImmediate();
}

const read = (x: Float32Array) => Array.from({ length: x.length / LENGTH }, (_, i) => x[i * LENGTH + LENGTH - 1]);

it("feeds the batch that is asked for, whatever was begun before, and leaves it while the next one is written", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const feeds = feedsOf(random);
    const batch = () => Array.from({ length: 1 + random.integer(2) }, () => random.integer(SAMPLES));
    let next = batch();
    for (let step = 0; step < 8; step++) {
      const now = random.integer(4) === 0 ? batch() : next;
      next = batch();
      if (now.includes(8)) {
        await expect(feeds.feed(now), `seed ${seed}`).rejects.toThrow("Picture 8");
        continue;
      }
      const x = await feeds.feed(now);
      expect(x.shape).toEqual([now.length, 3, 2, 2]);
      if (random.integer(4) > 0) feeds.ahead(next);
      await some(random);
      expect(read(Float32Array.from(x.data)), `seed ${seed}`).toEqual(now);
    }
  }
});
