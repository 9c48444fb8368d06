/** The numbers behind the player and the grid: true time, playing, frames at hand, where keys lead. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Move, layoutOf, target } from "../../src-renderer/pages/browse/grid/layout.ts";
import { LISTS, parseView, searchOf } from "../../src-renderer/pages/browse/view.ts";
import {
  type Clip,
  marksOf,
  milliseconds,
  millisecondsAt,
  nearestPosition,
  positionAt,
} from "../../src-renderer/parts/player/clip.ts";
import { advance, LOOPS, playedRange, wantedPositions } from "../../src-renderer/parts/player/playing.ts";

const clipOf = (given: Partial<Clip>): Clip => ({
  numbers: [10, 11, 12, 15, 16],
  onset: 11,
  apex: 15,
  offset: 16,
  fps: 200,
  ...given,
});

const numbers = fc
  .uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 60 })
  .map((found) => found.sort((a, b) => a - b));

describe("time", () => {
  test("is (frame - onset) / fps, or runs from the first frame where no onset is coded", () => {
    expect(millisecondsAt(clipOf({}), 15)).toBe(20);
    expect(millisecondsAt(clipOf({}), 10)).toBe(-5);
    expect(millisecondsAt(clipOf({ onset: null }), 15)).toBe(25);
    expect(millisecondsAt(clipOf({ fps: null }), 15)).toBeNull();
  });

  test.each([
    [20, 200, "+20 ms"],
    [-5, 200, "−5 ms"],
    [0, 60, "0 ms"],
    [(4 / 60) * 1000, 60, "+66.7 ms"],
  ])("%d ms at %d frames a second is written %s", (value, fps, text) => {
    expect(milliseconds(value, fps)).toBe(text);
  });
});

describe("positions", () => {
  test("the last frame that has begun, and the nearest one", () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -10, max: 5010 }), (found, number) => {
        const clip = clipOf({ numbers: found });
        const begun = found.findLastIndex((each) => each <= number);
        expect(positionAt(clip, number)).toBe(Math.max(0, begun));
        const least = Math.min(...found.map((each) => Math.abs(each - number)));
        expect(Math.abs(found[nearestPosition(clip, number)] - number)).toBe(least);
      }),
    );
  });

  test("a mark whose frame is missing is no mark", () => {
    expect(marksOf(clipOf({ apex: 13 })).map(({ mark, position }) => [mark, position])).toEqual([
      ["onset", 1],
      ["offset", 4],
    ]);
  });
});

describe("playing", () => {
  test("stays in what is played, whatever the ticks", () => {
    const ticks = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(numbers, ticks, fc.constantFrom(...LOOPS), (found, frames, loop) => {
        const clip = clipOf({ numbers: found, onset: found[0], offset: found[found.length - 1] });
        const [from, to] = playedRange(clip, loop);
        let clock = found[from];
        for (const each of frames) {
          const next = advance(clip, { clock, frames: each, loop });
          const position = positionAt(clip, next.clock);
          expect(position).toBeGreaterThanOrEqual(from);
          expect(position).toBeLessThanOrEqual(to);
          if (next.ended) expect([loop, position]).toEqual(["none", to]);
          ({ clock } = next);
        }
      }),
    );
  });

  test("the last frame has its whole time before the loop begins again", () => {
    const clip = clipOf({});
    expect(advance(clip, { clock: 16, frames: 0.9, loop: "clip" })).toEqual({ clock: 16.9, ended: false });
    expect(advance(clip, { clock: 16, frames: 1, loop: "clip" })).toEqual({ clock: 10, ended: false });
    expect(advance(clip, { clock: 16, frames: 1, loop: "none" })).toEqual({ clock: 16, ended: true });
    expect(advance(clip, { clock: 16, frames: 1.5, loop: "expression" })).toEqual({ clock: 11.5, ended: false });
  });
});

test("frames at hand: the one that is shown first, each once, as many as fit", () => {
  const around = fc.record({
    position: fc.nat(),
    direction: fc.constantFrom(1 as const, -1 as const),
    also: fc.array(fc.nat(), { maxLength: 3 }),
    most: fc.integer({ min: 1, max: 80 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), around, (count, { position, direction, also, most }) => {
      const at = position % count;
      const wanted = wantedPositions(count, {
        position: at,
        direction,
        also: also.map((each) => each % count),
        most,
      });
      expect(wanted[0]).toBe(at);
      expect(new Set(wanted).size).toBe(wanted.length);
      expect(wanted).toHaveLength(Math.min(most, count));
      expect(wanted.every((each) => each >= 0 && each < count)).toBe(true);
      if (count > 1 && most > 1) expect(wanted[1]).toBe((at + direction + count) % count);
    }),
  );
});

describe("the grid", () => {
  test("fills the width it has with whole columns", () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 4000 }), (width) => {
        const { columns, width: cell } = layoutOf(width);
        const taken = columns * cell + (columns - 1) * 12 + 64;
        expect(taken).toBeLessThanOrEqual(width);
        expect(width - taken).toBeLessThan(columns);
      }),
    );
  });

  test("a key never leads out of it, nor up and down out of the column", () => {
    const moves: Move[] = ["left", "right", "up", "down", "pageUp", "pageDown", "first", "last"];
    const from = fc.record({ index: fc.nat(999), count: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(
        from,
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom(...moves),
        ({ index, count }, columns, move) => {
          const at = index % count;
          const to = target(move, { index: at, count, columns, page: 3 });
          expect(to).toBeGreaterThanOrEqual(0);
          expect(to).toBeLessThan(count);
          // Only a last row that is too short leads aside.
          if (/up|down/i.test(move) && to !== count - 1) expect(to % columns).toBe(at % columns);
        },
      ),
    );
    expect(target("down", { index: 6, count: 10, columns: 4, page: 3 })).toBe(9);
    expect(target("down", { index: 5, count: 10, columns: 4, page: 3 })).toBe(9);
    expect(target("down", { index: 9, count: 10, columns: 4, page: 3 })).toBe(9);
    expect(target("last", { index: 0, count: 10, columns: 4, page: 3 })).toBe(9);
  });
});

test("the address keeps every filter", () => {
  const address =
    "dataset=casme2&subject=casme2%2F01&class=negative&class=outside&emotion=&emotion=disgust&au=4&au=17" +
    "&status=needs-review&ids=casme2%2F01%2Fa%2Fb&text=brow+up&sort=duration&run=abc&test=CASME+II&seed=2" +
    "&true=negative&predicted=surprise&sample=casme2%2F01%2Fa";
  expect(searchOf(parseView(new URLSearchParams(address))).toString()).toBe(address);
  const strange = parseView(new URLSearchParams("class=odd&au=x&sort=size&run=abc&status=gone"));
  expect([...LISTS.map((name) => strange[name].length), strange.sort, strange.cell]).toEqual([
    ...LISTS.map(() => 0),
    null,
    null,
  ]);
});
