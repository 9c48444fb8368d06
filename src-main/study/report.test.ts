import { describe, expect, it } from "vitest";
import type { ImportDocument } from "../contract/documents.ts";
import { importReport } from "./report.ts";

const DOCUMENT: ImportDocument = {
  dataset: "CASME II",
  preset: "paper",
  rows: 8,
  samples: 5,
  perClass: { positive: 1, negative: 2, surprise: 1 },
  outsidePreset: 1,
  framesFound: 1,
  skipped: [
    { file: "t.xlsx", row: 3, clip: "EP02_01f", reason: "No folder." },
    { file: "t.xlsx", row: 14, clip: null, reason: "The row names no clip." },
  ],
  doubtful: [{ file: "t.xlsx", row: 5, clip: "EP02_02f", reason: "The apex 3 lies before its onset 9." }],
  notes: [{ file: "other.xlsx", row: null, clip: null, reason: "Another table." }],
  matchedTolerantly: [
    { row: 2, table: "01/EP02_01f", folder: "sub01/EP02_01f" },
    { row: 3, table: "01/EP02_04f", folder: "sub01/EP02_04f" },
    { row: 9, table: "01/EP02_05f", folder: "sub01/EP02_05f" },
    { row: 4, table: "02/EP2_1f", folder: "sub02/EP02_01f" },
  ],
  known: { release: "table of 2014", positive: 32, negative: 2, surprise: 0 },
  changes: { added: 4, updated: 1, unchanged: 0 },
};

describe("importReport", () => {
  it("says everything, laid out", () => {
    expect(importReport(DOCUMENT)).toBe(
      `CASME II: 8 rows read, 5 samples under the labels paper, 1 frame found
              positive  negative  surprise     total
  found              1         2         1         4
  known             32         2         0        34  table of 2014
  difference       -31         =        +1       -30
  1 sample without a class yet
  1 more sample stored whose emotion these labels leave out
  in the study: 4 added, 1 updated, 0 unchanged

Skipped, nothing usable (2):
  t.xlsx row 3   EP02_01f  No folder.
  t.xlsx row 14            The row names no clip.

Needs review, kept (1):
  t.xlsx row 5  EP02_02f  The apex 3 lies before its onset 9.

Matched although spelled otherwise (4 rows):
  subject 01 = folder sub01          rows 2-3, 9
  02/EP2_1f = folder sub02/EP02_01f  row 4

Worth knowing (1):
  other.xlsx  Another table.`,
    );
  });

  it("lists every row, however many", () => {
    const skipped = Array.from({ length: 500 }, (_, i) => ({
      file: "t.csv",
      row: i + 2,
      clip: `c${i}`,
      reason: "Why.",
    }));
    const text = importReport({ ...DOCUMENT, skipped });
    for (const { clip } of skipped) expect(text).toContain(`${clip} `);
  });

  it("says that a dry run stored nothing, and that a folder may be the wrong one", () => {
    const nothing = {
      ...DOCUMENT,
      samples: 0,
      outsidePreset: 0,
      perClass: { positive: 0, negative: 0, surprise: 0 },
      known: null,
    };
    const text = importReport(nothing, { dryRun: true });
    expect(text).toMatch(/would change in the study \(nothing was stored\): 4 added/);
    expect(text).toMatch(/No row led to a sample: is this the right folder\?/);
    expect(text).not.toMatch(/known/);
  });
});
