/** What the host says is shown in a window too: its sentences name no option of the command line. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../src-main");
/** Doors of the terminal, and a host's own command line. */
const TERMINAL = /^(cli\/|shell\/|serve\.ts$)/;
/** Two dashes and a word inside quotes, with words around it: an argument of a process stands alone. */
const OPTION = /(["'`])(?:(?!\1).)*?(?:\w\W? --[a-z][a-z-]+|(?<=\1)--[a-z][a-z-]+ \w)/;

const sentencesWithOptions = (text: string) =>
  text
    .split("\n")
    .filter((line) => !/^\s*(?:\*|\/\*|\/\/)/.test(line))
    .filter((line) => OPTION.test(line.replace(/\s\/\/ .*$/, "")));

it("no sentence outside of the terminal's own rooms names an option", () => {
  const files = globSync("**/*.ts", { cwd: root }).filter((file) => !TERMINAL.test(file) && !file.endsWith(".test.ts"));
  expect(files.length).toBeGreaterThan(150);
  const found = files.flatMap((file) =>
    sentencesWithOptions(readFileSync(path.join(root, file), "utf8")).map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

it("a sentence with one is found", () => {
  expect(sentencesWithOptions('throw new ApexError("usage", `${x}: choose another --selection.`);')).toHaveLength(1);
  expect(sentencesWithOptions("`--flow pictures needs a picture`")).toHaveLength(1);
  expect(sentencesWithOptions('spawn(node, ["--input-type=module", "--workspace", folder]) // as --json does')).toEqual(
    [],
  );
  expect(sentencesWithOptions("/** `--labels FILE`: a mapping */\nindex--;\n")).toEqual([]);
});
