import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Sample } from "../../../../src-main/contract/sample.ts";
import { host } from "../../../lib/host/client.ts";
import { Notice } from "../../../parts/notice.tsx";
import { sampleQuery } from "../queries.ts";
import classes from "./review.module.css";

/** A person's word on a sample: kept by the host, unless another window said something meanwhile. */
export function useReview({ dataset, subject, clip, status }: Sample) {
  const client = useQueryClient();
  const key = { dataset, subject, clip };
  return useMutation({
    mutationFn: (to: Sample["status"]) => host.samples.setStatus.mutate({ ...key, status: to, was: status }),
    onSuccess: (changed) => client.setQueryData(sampleQuery(key).queryKey, changed),
    // Show what is stored, beside the sentence about it.
    onError: () => client.invalidateQueries({ queryKey: sampleQuery(key).queryKey }),
    onSettled: () => client.invalidateQueries({ queryKey: ["samples", "ids"] }),
  });
}

interface ReviewProps {
  readonly sample: Sample;
  readonly review: ReturnType<typeof useReview>;
}

/** Why a sample is doubtful. */
export function NeedsReview({ sample: { status, doubts }, review }: ReviewProps) {
  if (status !== "needs-review") return null;
  return (
    <Notice
      kind="warning"
      title="Needs review"
      action={
        <Button variant="default" size="xs" loading={review.isPending} onClick={() => review.mutate("ready")}>
          It is fine
        </Button>
      }
    >
      {doubts.length === 0 ? "Marked by a person." : <Doubts doubts={doubts} />}
    </Notice>
  );
}

/** That a sample is not doubtful, or no more. */
export function Ready({ sample: { status, doubts }, review }: ReviewProps) {
  if (status !== "ready") return null;
  return (
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
      <Button variant="default" size="xs" loading={review.isPending} onClick={() => review.mutate("needs-review")}>
        Mark as doubtful
      </Button>
    </div>
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
