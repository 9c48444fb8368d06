import { describe, expect, it } from "vitest";
import { readLabels } from "./labels.ts";
import { TestFolder } from "./testing/folders.ts";

async function rules(text: string, name = "labels.json") {
  using folder = new TestFolder();
  return await readLabels(folder.write(name, text));
}

describe("readLabels", () => {
  it("gives presets by name", async () => {
    const labels = await readLabels("megc2019");
    expect([labels.name, labels.ruleFor("samm")]).toEqual(["megc2019", { kind: "preset", name: "megc2019" }]);
  });

  it("reads a JSON mapping, dataset names in any spelling", async () => {
    const labels = await rules('\uFEFF{"CASME II": {"Disgust ": "negative", "others": null}, "Lab": {}}');
    expect(labels.ruleFor("casme2")).toEqual({
      kind: "mapping",
      name: "labels.json",
      map: { disgust: "negative", others: null },
    });
    expect(labels.ruleFor("Lab")).toMatchObject({ map: {} });
    expect(labels.ruleFor("samm")).toBeNull();
  });

  it("reads the MEGC label table with its own numbers", async () => {
    const labels = await rules("casme2,sub01,EP02_01f,1\nsmic,s01,s01_ne_01,0\nsamm,6,006_1_2,2\n", "gt.csv");
    expect(labels.ruleFor("casme2")).toEqual({
      kind: "table",
      name: "gt.csv",
      labels: { "sub01/EP02_01f": "positive" },
    });
    expect(labels.ruleFor("smic")).toMatchObject({ labels: { "s01/s01_ne_01": "negative" } });
    expect(labels.ruleFor("samm")).toMatchObject({ labels: { "6/006_1_2": "surprise" } });
    expect(labels.ruleFor("mmew")).toBeNull();
  });

  it.each([
    ["{", "l.json", /no valid JSON/],
    ['{"casme2": {"disgust": "bad"}}', "l.json", /wrong at "casme2" \/ "disgust"/],
    ['{"casme2": {"disgust": 0}}', "l.json", /positive, negative, surprise or null/],
    ["casme2,sub01,EP02_01f,3\n", "gt.csv", /Row 1 .* has the label "3"/],
    ["casme2,sub01,EP02_01f\n", "gt.csv", /Row 1 .* is not dataset,subject,clip,label/],
    ["a,b,c,1\na,b,c,2\n", "gt.csv", /Row 2 .* labels a b\/c otherwise than row 1/],
    ["dataset,subject,clip,label\na,b,c,2\n", "gt.csv", /Row 1 .* has the label "label"/],
    ["\n\n", "gt.csv", /is empty/],
  ])("refuses %j", async (text, name, message) => {
    await expect(rules(text, name)).rejects.toThrow(message);
  });

  it("names a missing file", async () => {
    await expect(readLabels("/nowhere/labels.json")).rejects.toMatchObject({ code: "file-missing" });
  });
});
