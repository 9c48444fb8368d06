import path from "node:path";

/** Where a workspace keeps the demo study's release folders. */
export const demoReleases = (workspaceFolder: string): string => path.join(workspaceFolder, "demo-releases");
