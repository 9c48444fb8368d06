/**
 * The network's flow, settled on the pictures: the lattice's places are moved until both frames agree as far as the
 * camera's noise lets them, and where the pictures say nothing, until the flow bends as little as it can (a robust
 * bending energy, of which folds pay little more than slopes). A network trained for hours finds where things went;
 * this finds it to a tenth of a pixel. Of a wall behind a head the pictures say nothing, and it keeps the network's flow.
 */
import { type Grey, type Picture, toGrey } from "../../../pictures/picture.ts";
import type { Flow, FlowPair } from "../../flow.ts";
import { balance } from "../../balance.ts";
import { gridToFlow, type Lattice, spacingOf } from "../grid.ts";
import { looker } from "./evidence.ts";
import { priorAround } from "./prior.ts";
import { type Components, solve } from "./solve.ts";
import { behind, wallOf, wallPlaces } from "./wall.ts";

/** Weaker contrasts count than in TV-L1, as evidence is weighed by its noise afterwards. */
const CONTRAST = { smoothing: 0.9, neighbourhood: 6, noiseFloor: 5 };

const balanced = (picture: Picture): Grey => balance(toGrey(picture), CONTRAST);

/** `start`: [2, rows, columns], in places of the lattice. `rounds`: how often the frames are compared, at least once. */
export function settle(
  pair: FlowPair,
  { lattice, start, rounds }: { readonly lattice: Lattice; readonly start: Float32Array; readonly rounds: number },
): Flow {
  const { width, height } = pair.onset;
  const pictures = looker({ onset: balanced(pair.onset), apex: balanced(pair.apex) }, lattice);
  const spacing = spacingOf(lattice);
  const places = lattice.rows * lattice.columns;
  const part = (from: number): Float64Array =>
    Float64Array.from({ length: places }, (_, i) => start[from + i] * spacing);
  const anchor: Components = [part(0), part(places)];
  const flow: Components = [anchor[0].slice(), anchor[1].slice()];
  const onLattice = new Float32Array(2 * places);
  const store = (): void => {
    for (let i = 0; i < places; i++) {
      onLattice[i] = flow[0][i] / spacing;
      onLattice[places + i] = flow[1][i] / spacing;
    }
  };
  store();
  const dense = (): Flow => gridToFlow(onLattice, lattice, { width, height });
  let wall: Uint8Array = new Uint8Array(places);
  for (let round = 0; round < rounds; round++) {
    const evidence = pictures.at(dense());
    wall = wallPlaces(lattice, evidence);
    solve({ lattice, evidence, prior: priorAround(lattice, flow, wall), anchor }, flow);
    store();
  }
  return behind(dense(), wallOf(toGrey(pair.onset), lattice, wall));
}
