/** Apex frames, or how the faces moved up to them, in rows, only those in sight on the page: 50,000 scroll like 50. */
import { useElementSize } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useKeys } from "../../../lib/keys/keys.tsx";
import type { Rows } from "../rows.ts";
import type { Pictures } from "../view.ts";
import { Cell, optionId } from "./cell.tsx";
import classes from "./grid.module.css";
import { GAP, layoutOf, type Move, SIDE_PADDING, target } from "./layout.ts";

interface GridProps {
  readonly ref?: Ref<{ readonly focus: () => void }>;
  readonly rows: Rows;
  readonly pictures: Pictures;
  /** -1: none. */
  readonly selected: number;
  /** A sample is open beside the grid: arrows are its own, unless the grid has the focus. */
  readonly beside: boolean;
  readonly onSelect: (index: number) => void;
  /** By the pointer: the grid keeps the focus. */
  readonly onOpen: (index: number) => void;
  readonly onEnter: (index: number) => void;
}

/** Pixels a second above which pictures wait: nobody sees them fly past. */
const FLYING = 4000;
const MOVES: readonly Move[] = ["left", "right", "up", "down", "pageUp", "pageDown", "first", "last"];

export function Grid({ ref, rows, pictures, selected, beside, onSelect, onOpen, onEnter }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const [focused, setFocused] = useState(false);
  const count = rows.rows.length;
  const layout = layoutOf(width);
  const { columns, rowHeight } = layout;
  const virtual = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 2,
    paddingStart: 4,
    paddingEnd: 20,
    scrollPaddingStart: 4,
    scrollPaddingEnd: 20,
  });
  const flying = useFlying(virtual.scrollOffset ?? 0, virtual.isScrolling);
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus({ preventScroll: true }) }), []);

  // Another width: other rows. What is selected, or else what was on top, stays in sight.
  const top = useRef(0);
  const shownTop = Math.floor((virtual.scrollOffset ?? 0) / rowHeight) * columns;
  useEffect(() => {
    virtual.measure();
    const inSight = selected >= 0 ? selected : top.current;
    virtual.scrollToIndex(Math.floor(inSight / columns), { align: selected >= 0 ? "auto" : "start" });
    // Only another width moves the grid: a new selection has its own effect below.
  }, [columns, rowHeight]);
  useEffect(() => {
    top.current = shownTop;
  }, [shownTop]);
  useEffect(() => {
    if (selected >= 0) virtual.scrollToIndex(Math.floor(selected / columns), { align: "auto" });
    // Only another selection: a person who scrolls away from it is left where they are.
  }, [selected]);

  const go = (move: Move) => {
    box.current?.focus({ preventScroll: true });
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight));
    // Nothing selected yet: the first one in sight, rather than one that nobody sees.
    const inSight = Math.min(count - 1, Math.ceil((virtual.scrollOffset ?? 0) / rowHeight) * columns);
    const begins = selected < 0 && move !== "first" && move !== "last";
    onSelect(begins ? inSight : target(move, { index: Math.max(0, selected), count, columns, page }));
  };
  useKeys(Object.fromEntries(MOVES.map((move) => [`browse.${move}`, () => go(move)])), { when: focused || !beside });
  useKeys({ "browse.open": () => onEnter(Math.max(0, selected)) }, { when: focused });

  const shown = virtual.getVirtualItems();
  const isShown = shown.some(({ index }) => index === Math.floor(selected / columns));
  return (
    <div className={classes.holder}>
      <div
        ref={box}
        className={classes.grid}
        role="listbox"
        tabIndex={0}
        aria-label="Samples"
        aria-activedescendant={isShown ? optionId(selected) : undefined}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <div ref={measured} className={classes.whole} role="presentation" style={{ height: virtual.getTotalSize() }}>
          {width > 0 &&
            shown.map(({ index: row, start }) => (
              <div
                key={row}
                className={classes.row}
                role="presentation"
                style={{ transform: `translateY(${start}px)`, gap: GAP, padding: `0 ${SIDE_PADDING}px` }}
              >
                {rows.rows.slice(row * columns, (row + 1) * columns).map((sample, at) => (
                  <Cell
                    key={at}
                    dataset={rows.datasets[sample[0]]}
                    row={sample}
                    pictures={pictures}
                    index={row * columns + at}
                    count={count}
                    width={layout.width}
                    selected={row * columns + at === selected}
                    wait={flying}
                    onOpen={onOpen}
                  />
                ))}
              </div>
            ))}
        </div>
      </div>
    </div>
  );
}

/** Whether the grid moves too fast for a picture to be seen. */
function useFlying(offset: number, scrolling: boolean): boolean {
  const last = useRef({ offset, time: 0 });
  const now = performance.now();
  const speed = (Math.abs(offset - last.current.offset) / Math.max(1, now - last.current.time)) * 1000;
  useEffect(() => {
    last.current = { offset, time: performance.now() };
  }, [offset]);
  return scrolling && speed > FLYING;
}
