/** What a task came to, in a sentence, and where its result is seen. */
import type { Task } from "../../../src-main/contract/api/tasks.ts";
import type { ImportDocument } from "../../../src-main/contract/documents.ts";
import { plural } from "../../lib/format.ts";
import { href } from "../../lib/routes.ts";

interface Outcome {
  /** Empty while there is nothing to say. */
  readonly sentence: string;
  readonly link: { readonly href: string; readonly words: string } | null;
}

export function outcomeOf(task: Task): Outcome {
  const link = linkOf(task);
  if (task.error !== null) return { sentence: task.error.message, link };
  if (task.result === null) return { sentence: "", link };
  switch (task.kind) {
    case "import":
    case "preview":
      return { sentence: importSentence(task.result), link };
    case "demo":
      return { sentence: importSentence(task.result.document.datasets), link };
    case "run": {
      const { folds } = task.result;
      return { sentence: `${plural(folds.length, "held-out dataset")} scored.`, link };
    }
    case "flow": {
      const { datasets, faults } = task.result;
      const made = datasets.reduce((sum, { computed, cached }) => sum + computed + cached, 0);
      return { sentence: `Flow of ${plural(made, "sample")} is there${leftOut(faults.length)}.`, link };
    }
    case "spot": {
      const { clips, faults } = task.result;
      return { sentence: `The motion of ${plural(clips.length, "clip")} is measured${leftOut(faults.length)}.`, link };
    }
    default: {
      const unknown: never = task;
      return unknown;
    }
  }
}

function linkOf(task: Task): Outcome["link"] {
  switch (task.kind) {
    case "preview":
      return { href: href({ page: "study", rest: ["import"], search: { task: task.id } }), words: "Open the report" };
    case "import":
      return task.result === null
        ? null
        : { href: href({ page: "study", rest: ["import"], search: { task: task.id } }), words: "Open the report" };
    case "demo":
      return { href: href({ page: "study" }), words: "Open the study" };
    case "flow":
    case "spot":
      return null;
    case "run":
      return task.run === null
        ? null
        : { href: href({ page: "experiments", rest: [task.run] }), words: "Open the experiment" };
    default: {
      const unknown: never = task;
      return unknown;
    }
  }
}

const leftOut = (faults: number) => (faults === 0 ? "" : `, ${plural(faults, "clip")} left out`);

function importSentence(documents: readonly ImportDocument[]): string {
  const sum = (pick: (document: ImportDocument) => number) =>
    documents.reduce((total, document) => total + pick(document), 0);
  const [doubtful, skipped] = [sum((each) => each.doubtful.length), sum((each) => each.skipped.length)];
  const names = documents.map(({ dataset }) => dataset).join(", ");
  const parts = [
    `${names}: ${plural(
      sum((each) => each.samples),
      "sample",
    )}`,
    doubtful > 0 && `${doubtful} to review`,
    skipped > 0 && `${plural(skipped, "row")} skipped`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}
