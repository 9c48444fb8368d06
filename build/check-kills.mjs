/**
 * `npm run check:kills`: kills trainings 200 times (another count: first argument; another seed: second), lets each go
 * on, and demands the bytes of an undisturbed one.
 */
import "./node24.mjs";

const { killAndResume, undisturbed } = await import("../test/kills/harness.ts");
const count = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
const began = performance.now();
const reference = await undisturbed();
const places = new Map();
const { lives } = await killAndResume({
  count,
  seed,
  reference,
  onKill: ({ death, where }, number) => {
    const place = `${death.victim}, ${where.replace(/ \d+$/, "")}`;
    places.set(place, (places.get(place) ?? 0) + 1);
    if (number % 10 === 0) console.log(`${number} of ${count} kills`);
  },
});
for (const [place, times] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${String(times).padStart(5)}  ${place}`);
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${count} kills in ${lives} trainings, seed ${seed}, ${seconds} s: weights and metrics are bit-equal to an undisturbed training's.`,
);
