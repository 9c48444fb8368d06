import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

const entry = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Doors of the house; every one is stated, since electron-vite's default folders are not ours. */
export default defineConfig({
  main: {
    build: {
      outDir: "out/main",
      target: "node24",
      externalizeDeps: true,
      // Errors of a model name the line of the model, not of the bundle.
      sourcemap: true,
      rollupOptions: {
        input: {
          bin: entry("src-main/cli/bin.ts"),
          cli: entry("src-main/cli/main.ts"),
          main: entry("src-main/main.ts"),
          serve: entry("src-main/serve.ts"),
          worker: entry("src-main/worker.ts"),
        },
        output: { format: "es", entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      outDir: "out/preload",
      // A sandboxed preload can require nothing but electron: one file, in CommonJS.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: entry("src-preload/preload.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: entry("src-renderer"),
    // Relative addresses: the same build is served on http://127.0.0.1 and app://apexlab.
    base: "./",
    plugins: [react()],
    build: {
      outDir: entry("out/renderer"),
      // A picture inlined as data: would need a hole in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: entry("src-renderer/index.html") },
    },
  },
});
