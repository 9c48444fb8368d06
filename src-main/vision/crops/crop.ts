/**
 * Which part of a frame a network sees. Each rule gives one box for a whole clip, found in its first frame, so that
 * nothing moves between two crops but the face.
 */
import { unreachable } from "../../contract/errors.ts";
import { cut, resize, type Box, type Picture } from "../pictures/picture.ts";

/**
 * centre-square: the largest centred square of the frame, a stand-in until faces are found.
 * resize: the whole picture, for pictures that are face crops already.
 */
export const CROP_RULES = ["centre-square", "resize"] as const;
export type CropRule = (typeof CROP_RULES)[number];

export function cropBox(rule: CropRule, frame: { readonly width: number; readonly height: number }): Box {
  const { width, height } = frame;
  switch (rule) {
    case "centre-square": {
      const side = Math.min(width, height);
      return { left: (width - side) >> 1, top: (height - side) >> 1, width: side, height: side };
    }
    case "resize":
      return { left: 0, top: 0, width, height };
    default:
      return unreachable(rule, "crop rule");
  }
}

/** The box of a frame as a picture of size x size pixels. */
export function cropFrame(frame: Picture, box: Box, size: number): Picture {
  return resize(cut(frame, box), { width: size, height: size });
}
