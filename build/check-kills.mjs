/**
 * `npm run check:kills`: kills trainings 200 times (another count: first argument; another seed: second), lets each go
 * on, and demands the bytes of an undisturbed one. A quarter of the kills are of a network with batch norms.
 */
import "./node24.mjs";

const { killAndResume, undisturbed } = await import("../test/kills/harness.ts");
const count = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
const began = performance.now();
const places = new Map();
let trainings = 0;
let done = 0;
for (const [network, kills] of [
  ["cnn", count - Math.floor(count / 4)],
  ["resnet18", Math.floor(count / 4)],
]) {
  if (kills === 0) continue;
  const { lives } = await killAndResume({
    count: kills,
    seed,
    network,
    reference: await undisturbed(network),
    onKill: ({ death, where }) => {
      const place = `${death.victim}, ${where.replace(/ \d+$/, "")}`;
      places.set(place, (places.get(place) ?? 0) + 1);
      if (++done % 10 === 0) console.log(`${done} of ${count} kills`);
    },
  });
  trainings += lives;
  console.log(`${network}: ${kills} kills in ${lives} trainings`);
}
for (const [place, times] of [...places].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${String(times).padStart(5)}  ${place}`);
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${count} kills in ${trainings} trainings, seed ${seed}, ${seconds} s: weights and metrics are bit-equal to an undisturbed training's.`,
);
