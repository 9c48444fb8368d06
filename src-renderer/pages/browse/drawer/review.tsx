import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Sample } from "../../../../src-main/contract/sample.ts";
import { host } from "../../../lib/host/client.ts";
import { FaultNotice } from "../../../parts/asked.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { sampleQuery } from "../queries.ts";
import classes from "./review.module.css";

/** Why a sample is doubtful, and a person's word on it. */
export function Review({ sample }: { sample: Sample }) {
  const client = useQueryClient();
  const { dataset, subject, clip, status, doubts } = sample;
  const key = { dataset, subject, clip };
  const change = useMutation({
    mutationFn: (to: Sample["status"]) => host.samples.setStatus.mutate({ ...key, status: to, was: status }),
    onSuccess: (changed) => client.setQueryData(sampleQuery(key).queryKey, changed),
    // Perhaps another window said something else meanwhile: show what is stored.
    onError: () => client.invalidateQueries({ queryKey: sampleQuery(key).queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: ["samples", "ids"] }),
  });
  return (
    <>
      {change.error !== null && <FaultNotice error={change.error} />}
      {status === "needs-review" ? (
        <Notice
          kind="warning"
          title="Needs review"
          action={
            <Button variant="default" size="xs" loading={change.isPending} onClick={() => change.mutate("ready")}>
              It is fine
            </Button>
          }
        >
          {doubts.length === 0 ? "Marked by a person." : <Doubts doubts={doubts} />}
        </Notice>
      ) : (
        <div className={classes.ready}>
          <div>
            {doubts.length === 0 ? (
              "Ready"
            ) : (
              <>
                Ready: a person found it fine, in spite of this.
                <Doubts doubts={doubts} />
              </>
            )}
          </div>
          <Button variant="default" size="xs" loading={change.isPending} onClick={() => change.mutate("needs-review")}>
            Mark as doubtful
          </Button>
        </div>
      )}
    </>
  );
}

function Doubts({ doubts }: { doubts: readonly string[] }) {
  if (doubts.length === 1) return doubts[0];
  return (
    <ul className={classes.doubts}>
      {doubts.map((doubt) => (
        <li key={doubt}>{doubt}</li>
      ))}
    </ul>
  );
}
