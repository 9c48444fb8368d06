/** What each kind of import is, in words that help to find the right folder. */
import { IMPORT_KINDS } from "../../../../src-main/contract/calls.ts";
import { RELEASES } from "../../../../src-main/contract/datasets.ts";

export type ImportKind = (typeof IMPORT_KINDS)[number];

export const isImportKind = (text: string): text is ImportKind => IMPORT_KINDS.some((kind) => kind === text);

export const kindName = (kind: ImportKind): string => (kind === "manifest" ? "Own table" : RELEASES[kind].name);

/** What lies inside the folder that is asked for. */
export const KIND_HINT: Record<ImportKind, string> = {
  smic: "The folder that holds HS (or SMIC_all_raw, SMIC_all_cropped).",
  casme: "The folder with Section A and B or Cropped, and the coding table.",
  casme2: "The folder with CASME2_RAW_selected or Cropped, and the coding table.",
  samm: "The folder with one folder a subject, and SAMM_Micro_FACS_Codes_v2.xlsx.",
  mmew: "The folder with Micro_Expression and MMEW_Micro_Exp.xlsx.",
  manifest: "A CSV with the columns dataset, subject, clip, label or emotion, and frames, apex_image or flow_image.",
};
