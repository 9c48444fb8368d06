/** A pinhole camera in front of the head, and the head's pose. */

export interface Camera {
  /** Size of the picture in pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels per mm at the depth of the cheeks. */
  readonly scale: number;
  /** Head-space height (mm) at the picture's middle. */
  readonly level: number;
  /** mm from the head's origin to the lens. */
  readonly distance: number;
}

/** Degrees (yaw: to the viewer's right, pitch: nose up, roll: clockwise as seen) and mm. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const STRAIGHT: Pose = { yaw: 0, pitch: 0, roll: 0, x: 0, y: 0, z: 0 };

/** Depth (mm) at which `scale` holds. */
const CHEEKS = 75;
/** The head turns about the top of the neck. */
const PIVOT = { y: -55, z: -15 } as const;

/** Row-major 3x3 rotation and the translation that follows it. */
export interface Rigid {
  readonly m: Float64Array;
  readonly t: Float64Array;
}

export function rigid(pose: Pose): Rigid {
  const rad = Math.PI / 180;
  const [cy, sy] = [Math.cos(pose.yaw * rad), Math.sin(pose.yaw * rad)];
  const [cp, sp] = [Math.cos(pose.pitch * rad), Math.sin(pose.pitch * rad)];
  const [cr, sr] = [Math.cos(pose.roll * rad), Math.sin(pose.roll * rad)];
  // roll * pitch * yaw
  const yawed = [cy, 0, sy, 0, 1, 0, -sy, 0, cy];
  const pitched = [
    yawed[0],
    yawed[1],
    yawed[2],
    cp * yawed[3] + sp * yawed[6],
    cp * yawed[4] + sp * yawed[7],
    cp * yawed[5] + sp * yawed[8],
    -sp * yawed[3] + cp * yawed[6],
    -sp * yawed[4] + cp * yawed[7],
    -sp * yawed[5] + cp * yawed[8],
  ];
  const m = Float64Array.from([
    cr * pitched[0] + sr * pitched[3],
    cr * pitched[1] + sr * pitched[4],
    cr * pitched[2] + sr * pitched[5],
    -sr * pitched[0] + cr * pitched[3],
    -sr * pitched[1] + cr * pitched[4],
    -sr * pitched[2] + cr * pitched[5],
    pitched[6],
    pitched[7],
    pitched[8],
  ]);
  const t = Float64Array.from([
    pose.x - (m[1] * PIVOT.y + m[2] * PIVOT.z),
    pose.y + PIVOT.y - (m[4] * PIVOT.y + m[5] * PIVOT.z),
    pose.z + PIVOT.z - (m[7] * PIVOT.y + m[8] * PIVOT.z),
  ]);
  return { m, t };
}

/** Turns points (or, with `turnOnly`, directions) from head space into camera space. */
export function moveBy(motion: Rigid, from: Float32Array, to: { out: Float32Array; turnOnly?: boolean }): void {
  const { m, t } = motion;
  const { out } = to;
  const k = to.turnOnly === true ? 0 : 1;
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = m;
  const [tx, ty, tz] = [t[0] * k, t[1] * k, t[2] * k];
  for (let i = 0; i < from.length; i += 3) {
    const x = from[i];
    const y = from[i + 1];
    const z = from[i + 2];
    out[i] = m0 * x + m1 * y + m2 * z + tx;
    out[i + 1] = m3 * x + m4 * y + m5 * z + ty;
    out[i + 2] = m6 * x + m7 * y + m8 * z + tz;
  }
}

/** Points (mm) to pixels and depth (mm). Pixel centres lie at .5. */
export function project(camera: Camera, points: Float32Array, out: Float32Array): void {
  const focal = camera.scale * (camera.distance - CHEEKS);
  const cx = camera.width / 2;
  const cy = camera.height / 2;
  for (let i = 0; i < points.length; i += 3) {
    const f = focal / (camera.distance - points[i + 2]);
    out[i] = cx + points[i] * f;
    out[i + 1] = cy - (points[i + 1] - camera.level) * f;
    out[i + 2] = points[i + 2];
  }
}
