import { describe, expect, it } from "vitest";
import { toGrey } from "../pictures/picture.ts";
import type { AuState } from "./head/face.ts";
import type { Person } from "./person.ts";
import { type Pose, STRAIGHT } from "./render/camera.ts";
import { Film } from "./render/film.ts";
import { TEST_CAMERA, testPerson } from "./testing.ts";
import { denseFlow, peakDisplacement, peakFlow, squareCamera } from "./truth.ts";

const { width, height } = TEST_CAMERA;

function photograph(person: Person, aus: AuState, pose: Pose): Float32Array {
  const film = new Film({
    camera: TEST_CAMERA,
    exposure: 1.1,
    contrast: 0.1,
    grey: false,
    grain: 0,
    wall: [0.3, 0.3, 0.3],
    bright: { x: 0.5, y: 0.5 },
    draw: () => 0.5,
  });
  person.pose(aus, pose);
  film.clear();
  person.paint(film.raster, TEST_CAMERA);
  return toGrey(film.develop({ grain: 0, gain: 1 })).data;
}

function bilinear(image: Float32Array, x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const [tx, ty] = [x - ix, y - iy];
  const at = (a: number, b: number) =>
    image[Math.min(height - 1, Math.max(0, b)) * width + Math.min(width - 1, Math.max(0, a))];
  return (
    (at(ix, iy) * (1 - tx) + at(ix + 1, iy) * tx) * (1 - ty) +
    (at(ix, iy + 1) * (1 - tx) + at(ix + 1, iy + 1) * tx) * ty
  );
}

/**
 * Mean error (grey levels) over moving, visible points of the first picture: left where they are, carried by the flow,
 * and (the least of four) carried by a flow that is off by a pixel.
 */
function warpErrors(person: Person, to: { aus: AuState; pose: Pose }) {
  const first = photograph(person, {}, STRAIGHT);
  const second = photograph(person, to.aus, to.pose);
  const flow = denseFlow(person, { from: { aus: {}, pose: STRAIGHT }, to }, TEST_CAMERA);
  const plane = width * height;
  const error = (k: number, [du, dv]: readonly [number, number]) => {
    let [sum, n] = [0, 0];
    for (let y = 4; y < height - 4; y++) {
      for (let x = 4; x < width - 4; x++) {
        const at = y * width + x;
        const [u, v] = [flow.data[at], flow.data[plane + at]];
        if (flow.visible[at] === 0 || Math.hypot(u, v) < 0.6) continue;
        sum += Math.abs(bilinear(second, x + u * k + du, y + v * k + dv) - first[at]);
        n++;
      }
    }
    expect(n).toBeGreaterThan(150);
    return sum / n;
  };
  const off = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  return { still: error(0, [0, 0]), carried: error(1, [0, 0]), off: Math.min(...off.map((by) => error(1, by))) };
}

describe("dense truth", () => {
  it.each([
    ["a smile", { 6: [3, 3], 12: [4, 4] } as AuState, STRAIGHT],
    ["raised brows", { 1: [4, 4], 2: [4, 4] } as AuState, STRAIGHT],
    ["a frown", { 4: [3, 3] } as AuState, STRAIGHT],
    ["a shifted, turned head", {} as AuState, { ...STRAIGHT, x: 2, y: 1.5, roll: 2, yaw: 1.5 }],
  ])("carries the first picture onto the second: %s", (_, aus, pose) => {
    const { still, carried, off } = warpErrors(testPerson(11), { aus, pose });
    // What is left is real: folds and slopes change how bright the skin is.
    expect(carried).toBeLessThan(still * 0.65);
    expect(carried).toBeLessThan(off * 0.92);
  });

  it("is zero without motion and everywhere visible", () => {
    const moment = { aus: {}, pose: STRAIGHT };
    const flow = denseFlow(testPerson(12), { from: moment, to: moment }, TEST_CAMERA);
    expect(peakFlow(flow)).toBeLessThan(1e-4);
    expect(flow.visible.every((seen) => seen === 1)).toBe(true);
  });

  it("marks what a closing lid covers", () => {
    const flow = denseFlow(
      testPerson(13),
      { from: { aus: {}, pose: STRAIGHT }, to: { aus: { 45: [5, 5] }, pose: STRAIGHT } },
      TEST_CAMERA,
    );
    expect(flow.visible.filter((seen) => seen === 0).length).toBeGreaterThan(25);
  });

  it("grows with the picture's size, and agrees with the mesh's own displacement", () => {
    const person = testPerson(14);
    const moments = { from: { aus: {}, pose: STRAIGHT }, to: { aus: { 12: [2, 2] } as AuState, pose: STRAIGHT } };
    const small = peakFlow(denseFlow(person, moments, TEST_CAMERA));
    const large = peakFlow(denseFlow(person, moments, squareCamera(TEST_CAMERA, 224)));
    expect(large / small).toBeCloseTo(224 / 160, 1);
    const mm = peakDisplacement(person.face, { 12: [2, 2] });
    expect(large / (mm * (224 / 250))).toBeGreaterThan(0.9);
    expect(large / (mm * (224 / 250))).toBeLessThan(1.1);
  });
});
