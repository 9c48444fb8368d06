/**
 * The paper's CNN (3.2.3): conv 5x5 -> pool 2x2 -> conv 3x3 -> pool 2x2 -> flatten -> fully connected -> 3.
 * The paper gives no widths: 32 and 64 channels and 128 features are ours, as are the ReLUs, maximum pooling and
 * convolutions that keep the picture's size.
 */
import { ApexError } from "../../contract/errors.ts";
import { add, conv2d, flatten, matmul, maxPool2d, relu } from "../../engine/index.ts";
import { allZeros, type Backbone, classifier, heUniform } from "./backbone.ts";

export interface CnnWidths {
  readonly first: number;
  readonly second: number;
  readonly features: number;
}

/** The CNN of given widths; tests run it narrow. */
export function cnnOf({ first, second, features }: CnnWidths): Backbone {
  return {
    name: "cnn",
    features,
    classifier: "classifier",
    statistics: [],
    parameters: ([channels, height, width]) => {
      if (height % 4 !== 0 || width % 4 !== 0)
        throw new ApexError(
          "run-invalid",
          `The CNN halves its input twice, so ${width} x ${height} does not fit: choose a size that is a multiple of 4.`,
          { setting: "size" },
        );
      const flat = (second * height * width) / 16;
      return [
        { name: "conv1.weight", shape: [first, channels, 5, 5], initial: heUniform(channels * 25) },
        { name: "conv1.bias", shape: [first], initial: allZeros },
        { name: "conv2.weight", shape: [second, first, 3, 3], initial: heUniform(first * 9) },
        { name: "conv2.bias", shape: [second], initial: allZeros },
        { name: "hidden.weight", shape: [flat, features], initial: heUniform(flat) },
        { name: "hidden.bias", shape: [features], initial: allZeros },
        ...classifier(features),
      ];
    },
    forward: (x, p) => {
      const first2 = maxPool2d(relu(conv2d(x, p["conv1.weight"], { padding: 2, bias: p["conv1.bias"] })), {
        kernel: 2,
      });
      const second2 = maxPool2d(relu(conv2d(first2, p["conv2.weight"], { padding: 1, bias: p["conv2.bias"] })), {
        kernel: 2,
      });
      const hidden = relu(add(matmul(flatten(second2), p["hidden.weight"]), p["hidden.bias"]));
      const logits = add(matmul(hidden, p["classifier.weight"]), p["classifier.bias"]);
      return { features: hidden, logits, statistics: {} };
    },
  };
}

export const cnn: Backbone = cnnOf({ first: 32, second: 64, features: 128 });
