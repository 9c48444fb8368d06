/** Every sample by its apex frame; the address holds what is shown, so a reload or a link leads to the same view. */
import { SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { sampleId } from "../../../src-main/contract/sample.ts";
import { count, plural } from "../../lib/format.ts";
import { useKeys } from "../../lib/keys/keys.tsx";
import { navigate, useRoute } from "../../lib/routes.ts";
import { FaultNotice } from "../../parts/asked.tsx";
import { Page } from "../../parts/page.tsx";
import { usePlayerView } from "../../parts/player/view.ts";
import { Drawer } from "./drawer/drawer.tsx";
import { FilterBar } from "./filters/bar.tsx";
import { CellNote } from "./filters/cell.tsx";
import { Grid } from "./grid/grid.tsx";
import classes from "./index.module.css";
import { cellQuery, facetsQuery, rowsQuery } from "./queries.ts";
import { idAt, indexOf, pick, type Rows } from "./rows.ts";
import { EmptyStudy, NothingMatches, WaitingGrid } from "./states.tsx";
import { type BrowseView, cleared, keyOf, parseView, type Pictures, PICTURES, searchOf, type Sort } from "./view.ts";

const SORTS: readonly { readonly value: Sort; readonly label: string }[] = [
  { value: "study", label: "By dataset" },
  { value: "class", label: "By class" },
  { value: "emotion", label: "By emotion" },
  { value: "duration", label: "Shortest first" },
  { value: "status", label: "Needs review first" },
];
/** Of a confusion cell, unless another order is chosen. */
const SUREST = "surest";

export default function BrowsePage() {
  const { search } = useRoute();
  const view = useMemo(() => parseView(search), [search]);
  const asked = useQuery(rowsQuery(view));
  const cell = useQuery(cellQuery(view.cell));
  const facets = useQuery(facetsQuery);
  const rows = useRows(view, asked.data, cell.data);
  const player = usePlayerView();
  const grid = useRef<{ focus: () => void }>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const drawer = useRef<HTMLDivElement>(null);

  const open = useMemo(() => (view.sample === null ? null : keyOf(view.sample)), [view.sample]);
  const [selected, setSelected] = useState<string | null>(view.sample);
  const current = useMemo(() => keyOf(view.sample ?? selected ?? ""), [view.sample, selected]);
  const index = useMemo(() => (rows === null ? -1 : indexOf(rows, current)), [rows, current]);

  /** What chooses clips may be stepped back to; which sample is looked at, and every letter of a search, may not. */
  const show = (given: Partial<BrowseView>) => {
    const passing = Object.keys(given).every((name) => name === "sample" || name === "text");
    navigate({ page: "browse", search: searchOf({ ...view, ...given }) }, { replace: passing });
  };
  const select = (at: number) => {
    if (rows === null || rows.rows[at] === undefined) return;
    setSelected(idAt(rows, at));
    if (open !== null) show({ sample: idAt(rows, at) });
  };
  const openAt = (at: number, { focus = false } = {}) => {
    if (rows === null || rows.rows[at] === undefined) return;
    setSelected(idAt(rows, at));
    show({ sample: idAt(rows, at) });
    if (focus) requestAnimationFrame(() => drawer.current?.focus());
  };
  const close = () => {
    setSelected(view.sample);
    show({ sample: null });
    grid.current?.focus();
  };
  const clear = () => show(cleared(view));

  const before = index > 0 ? () => select(index - 1) : null;
  const next = rows !== null && index >= 0 && index < rows.rows.length - 1 ? () => select(index + 1) : null;
  useKeys({ "browse.search": () => searchField.current?.focus() });
  useKeys(
    { "browse.before": () => before?.(), "browse.next": () => next?.(), "browse.close": close },
    { when: open !== null },
  );

  const fault = asked.error ?? cell.error;
  return (
    <div className={classes.page} onKeyDownCapture={spareEscape}>
      <div className={classes.left}>
        <Page
          title="Browse"
          fill
          lead={rows !== null && asked.data !== undefined && lead(rows.rows.length, asked.data.all)}
          actions={
            <>
              <PicturesField view={view} onPictures={(pictures) => show({ pictures })} />
              <SortField view={view} onSort={(sort) => show({ sort })} />
            </>
          }
        >
          <FilterBar view={view} facets={facets.data} searchRef={searchField} onChange={show} onClear={clear} />
          <CellNote view={view} onLeave={() => show({ cell: null, ids: [] })} />
          {fault !== null && (
            <div className={classes.fault}>
              <FaultNotice error={fault} onRetry={() => void (asked.error === null ? cell : asked).refetch()} />
            </div>
          )}
          {rows === null && fault === null && <WaitingGrid />}
          {rows !== null && asked.data?.all === 0 && <EmptyStudy />}
          {rows !== null && asked.data?.all !== 0 && rows.rows.length === 0 && <NothingMatches onClear={clear} />}
          {rows !== null && rows.rows.length > 0 && (
            <Grid
              ref={grid}
              rows={rows}
              pictures={view.pictures}
              selected={index}
              beside={open !== null}
              onSelect={select}
              onOpen={openAt}
              onEnter={(at) => openAt(at, { focus: true })}
            />
          )}
        </Page>
      </div>
      {open !== null && (
        <div ref={drawer} className={classes.drawer} tabIndex={-1}>
          <Drawer sample={open} cell={view.cell} player={player} onBefore={before} onNext={next} onClose={close} />
        </div>
      )}
    </div>
  );
}

/** With a list or a small dialog open, Escape closes that, and only that. */
function spareEscape(event: KeyboardEvent<HTMLElement>) {
  const opened = event.currentTarget.querySelector('[aria-expanded="true"], [data-expanded]');
  if (event.key === "Escape" && opened !== null) event.preventDefault();
}

/** Null while they are awaited. */
function useRows(
  view: BrowseView,
  asked: Parameters<typeof pick>[0] | undefined,
  cell: readonly Parameters<typeof sampleId>[0][] | undefined,
): Rows | null {
  const subjects = view.subject.join("\n");
  const ids = view.ids.join("\n");
  return useMemo(() => {
    if (asked === undefined || (view.cell !== null && cell === undefined)) return null;
    const own = ids === "" ? null : ids.split("\n");
    const ofCell = view.cell === null ? null : [...new Set((cell ?? []).map(sampleId))];
    const both = own === null || ofCell === null ? (own ?? ofCell) : ofCell.filter((id) => own.includes(id));
    return pick(asked, {
      subjects: subjects === "" ? [] : subjects.split("\n"),
      ids: both,
      asIds: view.sort === null,
    });
  }, [asked, cell, view.cell, view.sort, subjects, ids]);
}

const lead = (shown: number, all: number) =>
  shown === all ? plural(all, "sample") : `${count(shown)} of ${plural(all, "sample")}`;

const PICTURE_NAMES: Record<Pictures, string> = { apex: "Apex", flow: "Flow" };

function PicturesField({ view, onPictures }: { view: BrowseView; onPictures: (pictures: Pictures) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="What is shown of each sample"
      value={view.pictures}
      onChange={(value) => onPictures(PICTURES.find((each) => each === value) ?? "apex")}
      data={PICTURES.map((value) => ({ value, label: PICTURE_NAMES[value] }))}
    />
  );
}

function SortField({ view, onSort }: { view: BrowseView; onSort: (sort: Sort | null) => void }) {
  const own = view.cell === null ? [] : [{ value: SUREST, label: "Surest answer first" }];
  return (
    <Select
      size="xs"
      w={168}
      aria-label="Order of the samples"
      data={[...own, ...SORTS]}
      value={view.sort ?? (view.cell === null ? "study" : SUREST)}
      allowDeselect={false}
      onChange={(value) => {
        const sort = SORTS.find((each) => each.value === value)?.value ?? null;
        onSort(sort === "study" && view.cell === null ? null : sort);
      }}
    />
  );
}
