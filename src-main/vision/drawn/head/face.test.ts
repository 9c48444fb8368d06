import { describe, expect, it } from "vitest";
import { Random } from "../../../engine/random.ts";
import { drawIdentity } from "../identity.ts";
import { AU_FIELDS, DRAWN_AUS, type DrawnAu } from "./action-units.ts";
import { FaceSkin, auField } from "./face.ts";
import { EYE, MOUTH } from "./features.ts";
import { lidEdgeVertices } from "./lashes.ts";

const EYE_SHAPE = { upper: 7.2, lower: 2.6 };

function person(seed: number): FaceSkin {
  const random = new Random(seed);
  return new FaceSkin(drawIdentity(() => random.uniform(), { melanin: [0.1, 0.6], eastAsian: 0.5 }));
}

/** Vertex nearest to a canonical place. */
function nearest(face: FaceSkin, x: number, y: number): number {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < face.grid.count; i++) {
    const d = Math.hypot(face.canonicalX[i] - x, face.grid.y[i] - y) + (Math.abs(face.grid.s[i]) > 100 ? 99 : 0);
    if (d < least) [best, least] = [i, d];
  }
  return best;
}

function moved(face: FaceSkin, state: Parameters<FaceSkin["deform"]>[0], vertex: number): readonly [number, number] {
  face.deform({});
  const before = face.mesh.position.slice(vertex * 3, vertex * 3 + 2);
  face.deform(state);
  const p = face.mesh.position;
  return [p[vertex * 3] - before[0], p[vertex * 3 + 1] - before[1]];
}

describe.each(DRAWN_AUS)("AU %i", (au: DrawnAu) => {
  const face = person(1);
  const field = auField(au, EYE_SHAPE);

  it("moves skin near its muscle and nowhere else", () => {
    const { pulls, lids } = AU_FIELDS[au];
    let strongest = 0;
    for (let i = 0; i < face.grid.count; i++) {
      const length = Math.hypot(field[i * 3], field[i * 3 + 1], field[i * 3 + 2]);
      strongest = Math.max(strongest, length);
      const x = Math.abs(face.canonicalX[i]);
      const y = face.grid.y[i];
      const near =
        pulls.some((pull) => Math.hypot((x - pull.at[0]) / pull.radii[0], (y - pull.at[1]) / pull.radii[1]) < 1) ||
        (lids !== undefined && Math.abs(x - EYE.x) < 17 && Math.abs(y - EYE.y) < 22);
      if (!near) expect(length).toBe(0);
    }
    expect(strongest * 5).toBeGreaterThan(1.5);
  });

  it("is smooth: neighbours move nearly alike, but across the cuts", () => {
    const { triangles } = face.grid;
    for (let t = 0; t < triangles.length; t += 3) {
      const [a, b] = [triangles[t], triangles[t + 1]];
      const apart = Math.hypot(face.canonicalX[a] - face.canonicalX[b], face.grid.y[a] - face.grid.y[b]);
      const change = Math.hypot(...[0, 1, 2].map((k) => (field[a * 3 + k] - field[b * 3 + k]) * 5));
      // A mm of skin stretches or folds by about itself at the very most; lids slide by a little more.
      expect(change).toBeLessThan(apart * (AU_FIELDS[au].lids === undefined ? 1.2 : 1.6) + 0.2);
    }
  });
});

describe("face", () => {
  it.each([1, 2, 3, 4])("closes the eye when person %i blinks, and opens it otherwise", (seed) => {
    const face = person(seed);
    const gap = () => {
      const heights = (["upper", "lower"] as const).map((lid) => {
        const edge = lidEdgeVertices(face, 1, lid);
        return face.mesh.position[edge[Math.floor(edge.length / 2)] * 3 + 1];
      });
      return heights[0] - heights[1];
    };
    face.deform({});
    expect(gap()).toBeGreaterThan(5);
    face.deform({ 45: [5, 5] });
    expect(Math.abs(gap())).toBeLessThan(3.2);
  });

  it("pulls the lip corners up and out with AU 12, down with AU 15", () => {
    const face = person(2);
    const corner = nearest(face, MOUTH.half, MOUTH.y);
    const smile = moved(face, { 12: [3, 3] }, corner);
    expect(smile[0]).toBeGreaterThan(1.5);
    expect(smile[1]).toBeGreaterThan(1.5);
    expect(moved(face, { 15: [3, 3] }, corner)[1]).toBeLessThan(-1.5);
  });

  it("raises the inner brow with AU 1, lowers and draws it inwards with AU 4", () => {
    const face = person(3);
    const brow = nearest(face, 14, 20);
    expect(moved(face, { 1: [2, 2] }, brow)[1]).toBeGreaterThan(1.5);
    const frown = moved(face, { 4: [2, 2] }, brow);
    expect(frown[0]).toBeLessThan(-0.8);
    expect(frown[1]).toBeLessThan(-1);
  });

  it("opens the mouth with AU 25 and keeps the lips together without it", () => {
    const face = person(4);
    const lips = Array.from({ length: face.grid.count }, (_, i) => i).filter(
      (i) => face.grid.y[i] === MOUTH.y && Math.abs(face.canonicalX[i]) < 1,
    );
    const gap = () => {
      const heights = lips.map((i) => face.mesh.position[i * 3 + 1]);
      return Math.max(...heights) - Math.min(...heights);
    };
    face.deform({});
    expect(gap()).toBeLessThan(0.01);
    face.deform({ 25: [5, 5] });
    expect(gap()).toBeGreaterThan(3);
  });

  it("moves one side alone where the coding names one", () => {
    const face = person(5);
    const right = nearest(face, MOUTH.half, MOUTH.y);
    const left = nearest(face, -MOUTH.half, MOUTH.y);
    expect(moved(face, { 12: [0, 3] }, right)[1]).toBeGreaterThan(1.5);
    expect(moved(face, { 12: [0, 3] }, left)[1]).toBeCloseTo(0, 4);
  });
});
