/** Workspace, settings, versions. */
import { z } from "zod";

export const settings = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  /** Own keys by the name of their action; what is not listed keeps its default. */
  keys: z.record(z.string(), z.string()).default({}),
  /** Threads of a training; null: the cores, at most 8. */
  threads: z.int().min(1).max(256).nullable().default(null),
});
export type Settings = z.infer<typeof settings>;

/** What is given is changed, the rest stays. */
export const setSettingsCall = z.object({
  theme: settings.shape.theme.unwrap().optional(),
  keys: settings.shape.keys.unwrap().optional(),
  threads: settings.shape.threads.unwrap().optional(),
});

export const workspaceInfo = z.object({
  /** Absolute. */
  folder: z.string(),
  /** No dataset was imported yet. */
  empty: z.boolean(),
  notices: z.array(z.string()),
});
export type WorkspaceInfo = z.infer<typeof workspaceInfo>;

export const openWorkspaceCall = z.object({ folder: z.string().min(1) });

/** A folder's sub-folders, tables and weights, for choosing one where no desktop dialog is at hand. */
export const browseCall = z.object({ folder: z.string().nullable() });
export const browsed = z.object({
  /** Absolute. */
  folder: z.string(),
  parent: z.string().nullable(),
  folders: z.array(z.string()),
  /** Tables (csv, tsv, txt, xls, xlsx, json) and weights (safetensors, pt, pth). */
  files: z.array(z.string()),
  /** The folder holds a study. */
  study: z.boolean(),
});
export type Browsed = z.infer<typeof browsed>;

export const about = z.object({
  version: z.string(),
  node: z.string(),
  onnxruntime: z.string(),
  sqlite: z.string(),
  platform: z.string(),
  cores: z.int(),
});
export type About = z.infer<typeof about>;
