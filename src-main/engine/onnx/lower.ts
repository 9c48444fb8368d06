/** A program as the bytes of an ONNX model. */
import { lowerBlocked } from "../ops/lowering/blocked/rules.ts";
import { Forms } from "../ops/lowering/blocked/forms.ts";
import { lower } from "../ops/lowering/index.ts";
import type { Provider } from "../ops/lowering/rule.ts";
import type { Program } from "../program.ts";
import { OnnxModel } from "./model.ts";

export interface Form {
  readonly provider: Provider;
  /** Channels in a block of onnxruntime's own layout, which its CPU provider alone has; 0, the default: pictures stay plain. */
  readonly block?: number;
  /** Results are only written where the caller wants them, and not handed over (results.ts). Default false. */
  readonly silent?: boolean;
}

export function toOnnx(program: Program, { provider, block = 0, silent = false }: Form): Uint8Array {
  const onnx = new OnnxModel({ silent, own: block > 0 });
  const forms = new Forms(onnx, block, program);
  for (const node of program.nodes) {
    onnx.origin = `${node.op} at ${node.where}`;
    const blocked = block > 0 ? lowerBlocked(node, forms) : null;
    forms.set(
      node,
      blocked ?? {
        plain: lower(
          node,
          node.inputs.map((x) => forms.plain(x)),
          { onnx, provider },
        ),
      },
    );
  }
  for (const [name, node] of Object.entries(program.outputs)) {
    const { name: from, shape } = forms.output(node);
    onnx.output(name, { shape, dtype: node.dtype }, from);
  }
  return onnx.encode();
}
