import type { Flow } from "./flow.ts";

/**
 * Optical strain, ||(grad u + grad u^T) / 2||_F at each pixel: how much the skin is stretched, squeezed or sheared there;
 * zero for any shift, and to first order for any rotation. Pixels per pixel, so it does not depend on the picture's
 * size. Central differences, one-sided at the border (Shreve et al. 2011; Liong et al. 2014).
 */
export function opticalStrain(flow: Flow): Float32Array {
  const { width, height, u, v } = flow;
  const strain = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const up = y > 0 ? width : 0;
    const down = y < height - 1 ? width : 0;
    const spanY = (up + down) / width || 1;
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? 1 : 0;
      const right = x < width - 1 ? 1 : 0;
      const spanX = left + right || 1;
      const xx = (u[i + right] - u[i - left]) / spanX;
      const yy = (v[i + down] - v[i - up]) / spanY;
      const xy = ((u[i + down] - u[i - up]) / spanY + (v[i + right] - v[i - left]) / spanX) / 2;
      strain[i] = Math.sqrt(xx * xx + yy * yy + 2 * xy * xy);
    }
  }
  return strain;
}
