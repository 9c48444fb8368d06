/** One person's geometry: smooth warps that carry the canonical head onto an identity. */
import type { Identity } from "../identity.ts";
import { hill, smoothstep } from "../numeric.ts";
import { EYE, MOUTH } from "./features.ts";

/** Moves a canonical point (x, y, z) in place. */
export type Warp = (p: Float64Array) => void;

export function shapeWarp(who: Identity): Warp {
  return (p) => {
    const [x, y, z] = p;
    const side = Math.sign(x);
    const m = { x: Math.abs(x), y };
    const nearFace = smoothstep(z, 10, 60);

    // Face and jaw width; the jaw's change comes in below the cheekbones.
    const jaw = smoothstep(y, -30, -85);
    let dx = x * (who.faceWidth - 1) + x * (who.jawWidth - 1) * jaw;
    let dy = -who.chinLength * smoothstep(y, -74, -112);
    let dz = who.chinForth * hill(m, { x: 0, y: -104 }, { x: 36, y: 32 }) * nearFace;

    // Cheekbones, fat, brow ridge.
    dz += who.cheekbones * hill(m, { x: 46, y: -25 }, { x: 28, y: 24 }) * nearFace;
    const fat = who.fullness * hill(m, { x: 46, y: -60 }, { x: 34, y: 38 });
    dz += fat * nearFace * 0.8;
    dx += side * fat * 0.7;
    dz += who.browRidge * hill(m, { x: 20, y: 19 }, { x: 34, y: 13 }) * nearFace;

    // Eyes: scaled, spread and tilted within a window around each.
    const eye = hill(m, { x: EYE.x, y: EYE.y }, { x: 34, y: 30 }) ** 0.6;
    dx += side * eye * ((m.x - EYE.x) * (who.eyeWidth - 1) + who.eyeSpacing);
    dy += eye * (who.eyeTilt - 1) * ((m.x - EYE.x) / 15);

    // Nose: width, length, projection, bridge.
    const noseWindow = hill(m, { x: 0, y: -44 }, { x: 34, y: 34 }) ** 0.7;
    dx += x * (who.noseWidth - 1) * noseWindow;
    dy -= who.noseLength * hill(m, { x: 0, y: -46 }, { x: 40, y: 40 });
    dz += (who.noseHeight - 1) * 24 * hill(m, { x: 0, y: -41 }, { x: 22, y: 34 });
    dz += who.noseBridge * hill(m, { x: 0, y: -8 }, { x: 14, y: 28 });

    // Mouth: width and the fullness of each lip.
    const mouth = hill(m, { x: 0, y: MOUTH.y }, { x: 52, y: 30 }) ** 0.6;
    dx += x * (who.mouthWidth - 1) * mouth;
    const lip = (y >= MOUTH.y ? who.upperLip : who.lowerLip) - 1;
    const off = y - MOUTH.y;
    const lipWindow = hill(m, { x: 0, y: MOUTH.y }, { x: 34, y: 24 }) ** 0.7;
    dy += off * lip * lipWindow;
    dz += 2.5 * lip * hill(m, { x: 0, y: MOUTH.y }, { x: 28, y: 11 });

    p[0] = x + dx;
    p[1] = y + dy;
    p[2] = z + dz;
  };
}
