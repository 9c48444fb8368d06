/** A person, lamps and a camera for tests. */
import { Random } from "../../engine/random.ts";
import { drawIdentity } from "./identity.ts";
import { Person } from "./person.ts";
import type { Camera } from "./render/camera.ts";
import { type Lights, unit } from "./render/light.ts";

export const TEST_LIGHTS: Lights = {
  key: { to: unit(-0.4, 0.5, 0.9), rgb: [0.6, 0.57, 0.54] },
  fill: { to: unit(0.7, 0.1, 0.7), rgb: [0.22, 0.22, 0.24] },
  sky: [0.2, 0.2, 0.22],
  floor: [0.1, 0.09, 0.08],
};

export const TEST_CAMERA: Camera = { width: 160, height: 160, scale: 160 / 250, level: -8, distance: 1100 };

export function testPerson(seed: number): Person {
  const looks = new Random(seed).split("identity");
  const draw = new Random(seed).split("looks");
  const who = drawIdentity(() => looks.uniform(), { melanin: [0.1, 0.6], eastAsian: 0.5 });
  return new Person({ who, draw: () => draw.uniform(), lights: TEST_LIGHTS, density: 1 });
}
