/**
 * A drawn person in front of a camera: every mesh, texture and shadow that stays through a recording is made once;
 * `pose` moves skin, lids, head and neck; `paint` draws the current pose.
 */
import { type AuState, FaceSkin } from "./head/face.ts";
import { CUTS, cap, curtain } from "./hair/hair.ts";
import { locks } from "./hair/locks.ts";
import { type Lashes, lashes, lidEdgeVertices, placeLashes } from "./head/lashes.ts";
import { bust, ear, mouthInside } from "./head/parts.ts";
import { eyePatch } from "./head/eyes.ts";
import type { Identity } from "./identity.ts";
import { type Layer, layer, neckShare, twoSided } from "./layer.ts";
import { normals } from "./mesh.ts";
import { type Draw, clamp, hill, noise, smoothstep } from "./numeric.ts";
import { type Camera, type Pose, STRAIGHT, moveBy, project, rigid } from "./render/camera.ts";
import { type Lights, lightHair, lightSkin, unit } from "./render/light.ts";
import { DepthMap, lampVisibility, openness, soften } from "./render/occlusion.ts";
import type { Raster } from "./render/raster.ts";
import { IRIS_RADIUS, paintEye } from "./skin/iris.ts";
import { paintBust, paintEar, paintLashes, paintMouth } from "./skin/plain.ts";
import { paintSkin } from "./skin/skin.ts";
import { paintTresses } from "./hair/tresses.ts";

export interface PersonOptions {
  readonly who: Identity;
  /** Decides pores, strands and the like. */
  readonly draw: Draw;
  readonly lights: Lights;
  /** Texels per mm of skin: about the picture's pixels per mm times its supersampling. */
  readonly density: number;
}

export class Person {
  readonly face: FaceSkin;
  readonly layers: readonly Layer[];
  readonly #lights: Lights;
  readonly #lashes: readonly Lashes[];
  readonly #lids: readonly {
    readonly upper: readonly number[];
    readonly lower: readonly number[];
    readonly eye: Layer;
  }[];
  readonly #skin: Layer;

  constructor(options: PersonOptions) {
    const { who, draw, lights, density } = options;
    this.#lights = lights;
    this.face = new FaceSkin(who);
    const { face } = this;
    const strands = noise(draw);
    this.#skin = layer({
      name: "skin",
      mesh: face.mesh,
      texture: paintSkin({ who, draw, density }),
      kind: "face",
      gloss: 1,
    });
    skinGloss(this.#skin, face, who);
    const glints = [lights.key, lights.fill].flatMap((lamp, n) => {
      // The cornea mirrors a lamp where its normal halves the angle between lamp and viewer.
      const h = unit(lamp.to[0], lamp.to[1], lamp.to[2] + 1);
      return n === 0
        ? [{ x: h[0] * 7.8, y: h[1] * 7.8, size: 0.62, power: 1.3 }]
        : [{ x: h[0] * 7.8, y: h[1] * 7.8, size: 0.5, power: 0.12 }];
    });
    const pupil = 1.6 + 0.9 * draw();
    const eyes = ([-1, 1] as const).map((side) => {
      const ball = face.balls[side < 0 ? 0 : 1];
      const mesh = eyePatch(
        ball,
        (x) => 77.6 - 0.34 * Math.max(0, Math.abs(x) - 22) + 0.1 * Math.max(0, 22 - Math.abs(x)),
      );
      const texture = paintEye({
        who,
        draw,
        density: density * 1.5,
        side,
        glints,
        pupil: Math.min(pupil, IRIS_RADIUS - 2),
      });
      return layer({ name: `eye ${side}`, mesh, texture, kind: "face", gloss: 0.25 });
    });
    this.#lashes = [lashes(face, -1), lashes(face, 1)];
    const lashTexture = paintLashes(draw, who.female ? 1 : 0.35);
    const hairBits = Math.max(0.4, density / 2);
    const capTexture = paintTresses({
      draw,
      melanin: who.hairMelanin,
      width: Math.round(720 * hairBits),
      height: Math.round(300 * hairBits),
      fray: CUTS[who.hair].front < 60 ? 0.16 : 0.22,
      lean: CUTS[who.hair].sweep > 8 ? -0.05 * who.parting : 0.008,
      strands: 190,
      sides: false,
    });
    const layers: Layer[] = [
      this.#skin,
      ...eyes,
      ...this.#lashes.map((strip, n) =>
        layer({ name: `lashes ${n}`, mesh: strip.mesh, texture: lashTexture, kind: "still", gloss: 0 }),
      ),
      layer({ name: "mouth", mesh: mouthInside(), texture: paintMouth(), kind: "still", gloss: 0.1 }),
      layer({ name: "ear left", mesh: ear(-1, who), texture: paintEar(who, draw), kind: "still", gloss: 0.6 }),
      layer({ name: "ear right", mesh: ear(1, who), texture: paintEar(who, draw), kind: "still", gloss: 0.6 }),
      neckShare(
        layer({
          name: "bust",
          mesh: bust(who.female ? 0.1 : -0.02),
          texture: paintBust(who, draw),
          kind: "still",
          gloss: 0.3,
        }),
      ),
      layer({ name: "cap", mesh: cap(who, strands), texture: capTexture, kind: "hair", gloss: 1 }),
    ];
    const lockTexture = paintTresses({
      draw,
      melanin: who.hairMelanin,
      width: Math.round(300 * hairBits),
      height: Math.round(70 * hairBits),
      fray: 0.75,
      lean: 0.01,
      strands: 90,
      sides: false,
    });
    layers.push(layer({ name: "locks", mesh: locks(who, draw), texture: lockTexture, kind: "hair", gloss: 1 }));
    const hanging = curtain(who, strands);
    if (hanging !== null) {
      const texture = paintTresses({
        draw,
        melanin: who.hairMelanin,
        width: Math.round(560 * hairBits),
        height: Math.round(360 * hairBits),
        fray: 0.12,
        lean: 0.03,
        strands: 150,
        sides: true,
      });
      layers.push(layer({ name: "curtain", mesh: twoSided(hanging), texture, kind: "hair", gloss: 0.8 }));
    }
    // Nearest first: what lies behind is then never shaded. Locks cover the cap, the cap the scalp, the face the curtain.
    this.layers = layers.sort((a, b) => nearness(a) - nearness(b));
    this.#lids = eyes.map((eye, n) => ({
      upper: lidEdgeVertices(face, n === 0 ? -1 : 1, "upper"),
      lower: lidEdgeVertices(face, n === 0 ? -1 : 1, "lower"),
      eye,
    }));
    for (const strip of this.#lashes) placeLashes(strip, face.mesh.position);
    this.#shade();
    this.pose({}, STRAIGHT);
    for (const one of this.layers) this.#light(one);
  }

  /** Shadows and openness, in the neutral pose. */
  #shade(): void {
    const map = new DepthMap();
    for (const { mesh, name } of this.layers)
      if (!name.startsWith("lashes") && !name.startsWith("mouth")) map.add(mesh);
    for (const { mesh, finish, name } of this.layers) {
      if (name.startsWith("lashes") || name.startsWith("eye")) continue;
      openness(map, mesh, finish.open);
      lampVisibility(map, mesh, { lamp: this.#lights.key, out: finish.seesKey });
      soften(mesh, finish.open, 1);
      soften(mesh, finish.seesKey, 3);
      if (name.startsWith("mouth")) finish.seesKey.fill(0.15);
    }
  }

  /** Puts on an expression and turns the head. */
  pose(state: AuState, pose: Pose): void {
    this.face.deform(state);
    for (const strip of this.#lashes) placeLashes(strip, this.face.mesh.position);
    const motion = rigid(pose);
    for (const one of this.layers) {
      const { mesh, moved, share } = one;
      moveBy(motion, mesh.position, { out: moved });
      if (share === null) continue;
      for (let i = 0; i < moved.length; i++) {
        moved[i] = mesh.position[i] + (moved[i] - mesh.position[i]) * share[(i / 3) | 0];
      }
    }
  }

  /**
   * Draws the pose. Skin and eyes are lit anew each time; hair, ears and shoulders, whose shape stays, keep the light of
   * the straight head: small turns within a recording hardly change it.
   */
  paint(raster: Raster, camera: Camera): void {
    for (const one of this.layers) {
      project(camera, one.moved, one.screen);
      if (one.kind === "face") this.#light(one);
    }
    darken(this.#skin.light, this.face.furrow);
    for (const { eye, upper, lower } of this.#lids) this.#lidShadow(eye, upper, lower);
    for (const { mesh, screen, light, texture } of this.layers) {
      raster.draw({ triangles: mesh.triangles, screen, uv: mesh.uv, light, texture });
    }
  }

  #light(one: Layer): void {
    const { mesh, moved, normal, light, finish, strand } = one;
    normals({ ...mesh, position: moved }, normal);
    if (strand === null) lightSkin(this.#lights, normal, { finish, out: light });
    else lightHair(this.#lights, normal, { finish, strand, out: light });
  }

  /** The lids' shadow on the ball: deep under the upper lid, soft elsewhere. */
  #lidShadow(eye: Layer, upper: readonly number[], lower: readonly number[]): void {
    const skin = this.#skin.moved;
    const { moved, light } = eye;
    for (let v = 0; v < eye.mesh.count; v++) {
      const x = moved[v * 3];
      const y = moved[v * 3 + 1];
      const top = heightAt(skin, upper, x) - y;
      const low = y - heightAt(skin, lower, x);
      const shade = (0.36 + 0.8 * smoothstep(top, -0.2, 4)) * (0.78 + 0.22 * smoothstep(low, 0, 1.6));
      light[v * 4] *= shade;
      light[v * 4 + 1] *= shade * (0.96 + 0.04 * shade);
      light[v * 4 + 2] *= shade * (0.94 + 0.06 * shade);
      light[v * 4 + 3] *= shade;
    }
  }
}

const nearness = (one: Layer) => (one.name === "locks" ? 0 : one.name === "cap" ? 1 : 2);

function darken(light: Float32Array, furrow: Float32Array): void {
  for (let v = 0; v < furrow.length; v++) {
    const f = furrow[v];
    if (f === 0) continue;
    const k = clamp(1 - f, 0.3, 1);
    light[v * 4] *= 0.3 + 0.7 * k;
    light[v * 4 + 1] *= k;
    light[v * 4 + 2] *= k;
    light[v * 4 + 3] *= k;
  }
}

/** Height of a lid's edge at x, by linear interpolation. */
function heightAt(skin: Float32Array, edge: readonly number[], x: number): number {
  let i = 1;
  while (i < edge.length - 1 && skin[edge[i] * 3] < x) i++;
  const a = edge[i - 1] * 3;
  const b = edge[i] * 3;
  const t = clamp((x - skin[a]) / (skin[b] - skin[a] || 1), 0, 1);
  return skin[a + 1] + (skin[b + 1] - skin[a + 1]) * t;
}

/** Oilier forehead, nose and lips; matt around the eyes. */
function skinGloss(skin: Layer, face: FaceSkin, who: Identity): void {
  const { gloss } = skin.finish;
  for (let i = 0; i < gloss.length; i++) {
    const m = { x: Math.abs(face.canonicalX[i]), y: face.grid.y[i] };
    gloss[i] =
      0.62 +
      0.5 * hill(m, { x: 0, y: 48 }, { x: 42, y: 36 }) +
      0.8 * hill(m, { x: 0, y: -32 }, { x: 18, y: 44 }) +
      0.35 * hill(m, { x: 40, y: -22 }, { x: 22, y: 18 }) +
      (who.female ? 1.3 : 0.7) * hill(m, { x: 0, y: -77 }, { x: 26, y: 8 }) +
      0.3 * hill(m, { x: 0, y: -100 }, { x: 22, y: 14 });
    if (Math.abs(face.grid.s[i]) > 100) gloss[i] = 0.2;
  }
}
