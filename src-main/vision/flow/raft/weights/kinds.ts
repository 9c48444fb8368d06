/** What network a file of weights belongs to, told by the names and shapes of its tensors. */
import type { Value } from "../../../../engine/index.ts";

type Tensors = ReadonlyMap<string, Value>;

interface Kind {
  readonly name: string;
  readonly is: (tensors: Tensors) => boolean;
}

const blocks =
  (stage: number) =>
  (tensors: Tensors): number =>
    new Set([...tensors.keys()].flatMap((name) => new RegExp(`^layer${stage}\\.(\\d+)\\.`).exec(name)?.slice(1) ?? []))
      .size;

const resnet = (depth: number, bottleneck: boolean, third: number): Kind => ({
  name: `ResNet-${depth}`,
  is: (tensors) =>
    tensors.has("layer4.0.conv1.weight") &&
    tensors.has("layer1.0.conv3.weight") === bottleneck &&
    blocks(3)(tensors) === third,
});

/** The first that fits. */
const KINDS: readonly Kind[] = [
  resnet(18, false, 2),
  resnet(34, false, 6),
  resnet(50, true, 6),
  resnet(101, true, 23),
  resnet(152, true, 36),
  { name: "a ResNet", is: (tensors) => tensors.has("layer4.0.conv1.weight") },
  {
    name: "a PoolFormer",
    is: (tensors) => some(tensors, /^(patch_embed|stem|stages|network)\..*(token_mixer|layer_scale|proj\.weight)/),
  },
  { name: "a vision transformer", is: (tensors) => tensors.has("cls_token") },
  { name: "the CNN of Apexlab", is: (tensors) => tensors.has("conv2.weight") && tensors.has("hidden.weight") },
  { name: "a VGG", is: (tensors) => tensors.has("features.0.weight") },
  { name: "RAFT of another width", is: (tensors) => some(tensors, /^(cnet|context_encoder)\./) },
];

const some = (tensors: Tensors, pattern: RegExp): boolean => [...tensors.keys()].some((name) => pattern.test(name));

/** `ResNet-18`; where nothing is recognised, the names of the first tensors. */
export function networkOf(tensors: Tensors): string {
  const kind = KINDS.find(({ is }) => is(tensors));
  if (kind !== undefined) return kind.name;
  const names = [...tensors.keys()];
  if (names.length === 0) return "no tensors";
  return `an unknown network (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""})`;
}
