import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { faultOf } from "../lib/host/faults.ts";
import { Notice } from "./notice.tsx";

interface AskedProps<T> {
  readonly query: UseQueryResult<T>;
  /** In the shape of what will stand here. */
  readonly waiting: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** What the host was asked for: while it is awaited, when it could not be had, and when it is there. */
export function Asked<T>({ query, waiting, children }: AskedProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <FaultNotice error={query.error} onRetry={() => void query.refetch()} />;
  return waiting;
}

/** A fault's own sentence, its place, and a button to try again. */
export function FaultNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { message, place } = faultOf(error);
  const where = [place.file, place.row !== undefined && `row ${place.row}`, place.clip].filter(Boolean).join(", ");
  return (
    <Notice
      kind="fault"
      action={
        onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {message}
      {where !== "" && !message.includes(place.file ?? "\0") && <div>{where}</div>}
    </Notice>
  );
}
