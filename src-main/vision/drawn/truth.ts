/**
 * What a drawn person really did between two frames: each visible point of the first picture moves with the surface it
 * lies on, so the motion of the vertices, rasterised at the first frame, is the optical flow to the pixel.
 */
import type { AuState, FaceSkin } from "./head/face.ts";
import type { Layer } from "./layer.ts";
import type { Person } from "./person.ts";
import { type Camera, type Pose, project } from "./render/camera.ts";

/** One moment: everything that moves. */
export interface Moment {
  readonly aus: AuState;
  readonly pose: Pose;
}

export interface DenseFlow {
  readonly width: number;
  readonly height: number;
  /** [2, H, W]: u to the right, v downwards, in pixels. The backdrop stands still. */
  readonly data: Float32Array;
  /** 1 where the point is still to be seen in the second frame, 0 where it is covered or has left. */
  readonly visible: Uint8Array;
}

/** The camera that sees the centred square of another camera's picture at `size` pixels a side. */
export function squareCamera(camera: Camera, size: number): Camera {
  const side = Math.min(camera.width, camera.height);
  return { ...camera, width: size, height: size, scale: (camera.scale * size) / side };
}

function screens(person: Person, moment: Moment, camera: Camera): Float32Array[] {
  person.pose(moment.aus, moment.pose);
  return person.layers.map((layer) => {
    const out = new Float32Array(layer.moved.length);
    project(camera, layer.moved, out);
    return out;
  });
}

/** Flow from one moment to another as the camera sees it. Leaves the person at the second moment. */
export function denseFlow(person: Person, moments: { from: Moment; to: Moment }, camera: Camera): DenseFlow {
  const { width, height } = camera;
  const from = screens(person, moments.from, camera);
  const to = screens(person, moments.to, camera);
  const first = new Buffers(width, height);
  const second = new Buffers(width, height);
  person.layers.forEach((layer, n) => {
    scan(layer, { screen: from[n], other: to[n], into: first });
    scan(layer, { screen: to[n], other: to[n], into: second });
  });
  const plane = width * height;
  const visible = new Uint8Array(plane).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (first.depth[at] === -Infinity) {
        visible[at] = second.depth[at] === -Infinity ? 1 : 0;
        continue;
      }
      const tx = Math.round(x + first.flow[at]);
      const ty = Math.round(y + first.flow[plane + at]);
      const inside = tx >= 0 && ty >= 0 && tx < width && ty < height;
      // Half a pixel of rounding on a slope changes the depth by a few mm at most.
      visible[at] = inside && second.depth[ty * width + tx] < first.arrive[at] + 4 ? 1 : 0;
    }
  }
  return { width, height, data: first.flow, visible };
}

/** Largest length (pixels) of the motion over the visible skin between two moments, read off the dense flow. */
export function peakFlow(flow: DenseFlow): number {
  const plane = flow.width * flow.height;
  let peak = 0;
  for (let i = 0; i < plane; i++) {
    if (flow.visible[i] === 1) peak = Math.max(peak, Math.hypot(flow.data[i], flow.data[plane + i]));
  }
  return peak;
}

class Buffers {
  readonly width: number;
  readonly height: number;
  readonly depth: Float32Array;
  /** Depth that the point will have in the second frame. */
  readonly arrive: Float32Array;
  readonly flow: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.depth = new Float32Array(width * height).fill(-Infinity);
    this.arrive = new Float32Array(width * height);
    this.flow = new Float32Array(width * height * 2);
  }
}

function scan(layer: Layer, o: { screen: Float32Array; other: Float32Array; into: Buffers }): void {
  const { triangles, uv } = layer.mesh;
  const { screen, other } = o;
  const { width, height, depth, arrive, flow } = o.into;
  const { alpha } = layer.texture;
  const plane = width * height;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ax, ay] = [screen[a * 3], screen[a * 3 + 1]];
    const [bx, by] = [screen[b * 3] - ax, screen[b * 3 + 1] - ay];
    const [cx, cy] = [screen[c * 3] - ax, screen[c * 3 + 1] - ay];
    const area = bx * cy - by * cx;
    if (area > -1e-6) continue;
    const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5));
    const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) - 0.5));
    const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5));
    const y1 = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) - 0.5));
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        const px = x + 0.5 - ax;
        const py = y + 0.5 - ay;
        const wb = (px * cy - py * cx) / area;
        const wc = (bx * py - by * px) / area;
        if (wb < -1e-5 || wc < -1e-5 || wb + wc > 1.00001) continue;
        const wa = 1 - wb - wc;
        const at = y * width + x;
        const z = wa * screen[a * 3 + 2] + wb * screen[b * 3 + 2] + wc * screen[c * 3 + 2];
        if (z <= depth[at]) continue;
        if (alpha !== null) {
          const u = wa * uv[a * 2] + wb * uv[b * 2] + wc * uv[c * 2];
          const v = wa * uv[a * 2 + 1] + wb * uv[b * 2 + 1] + wc * uv[c * 2 + 1];
          const tu = Math.min(layer.texture.width - 1, Math.max(0, Math.floor(u * layer.texture.width)));
          const tv = Math.min(layer.texture.height - 1, Math.max(0, Math.floor(v * layer.texture.height)));
          if (alpha[tv * layer.texture.width + tu] < 0.5) continue;
        }
        depth[at] = z;
        arrive[at] = wa * other[a * 3 + 2] + wb * other[b * 3 + 2] + wc * other[c * 3 + 2];
        flow[at] = wa * other[a * 3] + wb * other[b * 3] + wc * other[c * 3] - (x + 0.5);
        flow[plane + at] = wa * other[a * 3 + 1] + wb * other[b * 3 + 1] + wc * other[c * 3 + 1] - (y + 0.5);
      }
    }
  }
}

/** Largest displacement (mm, across the line of sight) of front-facing skin from the neutral face to an expression. */
export function peakDisplacement(face: FaceSkin, aus: AuState): number {
  face.deform({});
  const neutral = face.mesh.position.slice();
  face.deform(aus);
  const p = face.mesh.position;
  let peak = 0;
  for (let i = 0; i < p.length; i += 3) peak = Math.max(peak, Math.hypot(p[i] - neutral[i], p[i + 1] - neutral[i + 1]));
  return peak;
}
