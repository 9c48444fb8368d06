import { HOST_SILENT } from "../lib/host/faults.ts";
import { useConnection } from "../lib/host/stream.ts";
import classes from "./connection.module.css";

/** One sentence across the window while the host is away; what is on screen stays as it was. */
export function ConnectionBar() {
  const connection = useConnection();
  const sentence =
    connection.state === "lost" ? HOST_SILENT : connection.state === "refused" ? connection.sentence : null;
  return <div role="status">{sentence !== null && <div className={classes.bar}>{sentence}</div>}</div>;
}
