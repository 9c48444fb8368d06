/** From a picture's address to the file that it shows, which never lies outside of what was imported. */
import { realpath } from "node:fs/promises";
import path from "node:path";
import { datasetName } from "../../contract/datasets.ts";
import { ApexError, fromSystemError } from "../../contract/errors.ts";
import { type Sample, sampleId } from "../../contract/sample.ts";
import { importSources } from "../../store/tables/imports.ts";
import type { Workspace } from "../../store/workspace.ts";

/**
 * The real path of a source picture. Links are followed only inside the folders that the dataset was imported from.
 * Errors: `file-missing`; `path-escapes` for a file, or the end of a link, elsewhere.
 */
export async function sourcePicture(workspace: Workspace, sample: Sample, file: string): Promise<string> {
  const real = await realpath(file).catch((error: unknown) => {
    const known = fromSystemError(error, "reading a picture");
    if (known instanceof ApexError && known.code === "file-missing")
      throw new ApexError(
        "file-missing",
        `The picture ${file} is not there now: if the release of ${datasetName(sample.dataset)} was moved, say on the Study page where it lies.`,
        { file, clip: sample.clip, cause: error },
      );
    throw known;
  });
  for (const source of importSources(workspace, sample.dataset)) {
    // Of a table (a manifest) the folder that it lies in.
    for (const root of [source, path.dirname(source)]) {
      const whole = await realpath(root).catch(() => null); // an earlier source that is gone allows nothing
      if (whole !== null && (root === source || isTable(source)) && isInside(whole, real)) return real;
    }
  }
  throw new ApexError(
    "path-escapes",
    `The picture ${file} of ${sampleId(sample)} lies outside of the folder that was imported: it is not shown.`,
    { file, clip: sample.clip },
  );
}

/** The real path of a result in the workspace. Errors: `file-missing`; `path-escapes` for a link that leads out of it. */
export async function workspacePicture(folder: string, file: string): Promise<string> {
  const [root, real] = await Promise.all([realpath(folder), realpath(file)]).catch((error: unknown) => {
    throw fromSystemError(error, "reading a picture");
  });
  if (isInside(root, real)) return real;
  throw new ApexError("path-escapes", `${file} leads out of the workspace: it is not shown.`, { file });
}

/** Whether an import's source is a table (a manifest), not a folder; told by its name, since it may be gone. */
export const isTable = (source: string): boolean => /\.(csv|tsv|txt|xlsx?)$/i.test(source);

function isInside(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside !== "" && inside !== ".." && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}
