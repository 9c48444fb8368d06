import { describe, expect, test } from "vitest";
import { add, conv2d, exp, input, mul, reduceSum } from "./build/index.ts";
import { grad } from "./grad.ts";
import type { Tensor } from "./graph.ts";
import { type Program, program } from "./program.ts";
import { verify } from "./verify.ts";

const x = input("x", [2, 3]);
const sum = reduceSum(mul(x, exp(x)));
const sound = program({ inputs: [x], outputs: { sum } });

const withNode = (at: number, change: Partial<Tensor>): Program => {
  const nodes = sound.nodes.map((node, i) => (i === at ? { ...node, ...change } : node));
  return { ...sound, nodes };
};

describe("the verifier", () => {
  test("accepts a sound program, with gradients", () => {
    verify(sound);
    verify(program({ inputs: [x], outputs: { sum, gradient: grad(sum, [x])[0] } }));
  });

  test.each<[string, string, () => Program]>([
    ["a wrong shape", "claims to be float32[3,2] but makes float32[2,3]", () => withNode(1, { shape: [3, 2] })],
    ["a wrong dtype", "claims to be bool[2,3]", () => withNode(1, { dtype: "bool" })],
    ["a wrong order", "does not stand before it", () => ({ ...sound, nodes: sound.nodes.toReversed() })],
    ["a node that stands twice", "stands twice", () => ({ ...sound, nodes: [...sound.nodes, sound.nodes[0]] })],
    ["a missing node", "does not stand before it", () => ({ ...sound, nodes: sound.nodes.slice(1) })],
    ["an output outside", 'is the output "other"', () => ({ ...sound, outputs: { ...sound.outputs, other: exp(x) } })],
    ["no outputs", "has no outputs", () => program({ inputs: [], outputs: {} })],
    [
      "an unused input",
      'declares the input "idle", which no output depends on',
      () => program({ inputs: [x, input("idle", [1])], outputs: { sum } }),
    ],
    ["an undeclared input", "does not declare", () => program({ inputs: [], outputs: { sum } })],
    [
      "two inputs of one name",
      'second input named "x"',
      () => {
        const twin = input("x", [2, 3]);
        return program({ inputs: [x, twin], outputs: { y: add(x, twin) } });
      },
    ],
  ])("refuses %s", (_name, message, plant) => {
    expect(() => verify(plant())).toThrow(
      expect.objectContaining({ code: "graph-invalid", message: expect.stringContaining(message) }),
    );
  });

  test("refuses operands that the shape table refuses", () => {
    const broken = withNode(1, { inputs: [] });
    expect(() => verify(broken)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

describe("a misfit at building time", () => {
  test("names the op, the shapes and the line of the model", () => {
    const picture = input("picture", [2, 3, 8, 8]);
    const filters = input("filters", [8, 4, 3, 3]);
    expect(() => conv2d(picture, filters)).toThrow(
      expect.objectContaining({
        code: "shape-mismatch",
        message: expect.stringMatching(
          /^conv2d\(float32\[2,3,8,8\], float32\[8,4,3,3\]\) at engine\/verify\.test\.ts:\d+: the filters want 4 channels but the picture has 3\.$/,
        ),
      }),
    );
  });

  test.each([
    ["a gradient of no scalar", () => grad(exp(x), [x])],
    ["a gradient towards whole numbers", () => grad(sum, [input("i", [1], "int32")])],
    ["an input that is none", () => program({ inputs: [exp(x)], outputs: { sum } })],
  ])("refuses %s", (_name, build) => {
    expect(build).toThrow(expect.objectContaining({ code: "graph-invalid" }));
  });
});
