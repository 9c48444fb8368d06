/** A network's parameters as tensors by name, and how its layers take them. */
import { ApexError } from "../../../contract/errors.ts";
import { conv2d, type ConvOptions, type Tensor } from "../../../engine/index.ts";

/** By the names of `parametersOf`. */
export type Parameters = Readonly<Record<string, Tensor>>;

/** Throws ApexError `weights-invalid` for a parameter that is not there. */
export function parameter(parameters: Parameters, name: string): Tensor {
  if (!Object.hasOwn(parameters, name))
    throw new ApexError("weights-invalid", `The RAFT weights lack the parameter ${name}.`);
  return parameters[name];
}

/** A named convolution with its bias. */
export function convolve(
  x: Tensor,
  name: string,
  { parameters, ...options }: { readonly parameters: Parameters } & Omit<ConvOptions, "bias">,
): Tensor {
  return conv2d(x, parameter(parameters, `${name}.weight`), {
    ...options,
    bias: parameter(parameters, `${name}.bias`),
  });
}
