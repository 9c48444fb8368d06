import { IconPhotoOff } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import classes from "./thumb.module.css";

interface ThumbProps {
  readonly src: string;
  /** While the grid flies past, pictures that are not there yet are not asked for. */
  readonly wait: boolean;
}

/** An apex picture of the grid; the words under it say what it is. */
export function Thumb({ src, wait }: ThumbProps) {
  const [state, setState] = useState<"waiting" | "shown" | "failed">("waiting");
  const [asked, setAsked] = useState(!wait);
  const image = useRef<HTMLImageElement>(null);
  if (!asked && !wait) setAsked(true);

  useEffect(() => {
    const { current } = image;
    if (current === null) return undefined;
    current.src = src;
    // Out of sight before it came: the connection is free for what is in sight.
    return () => current.removeAttribute("src");
  }, [asked, src]);

  return (
    <span className={classes.thumb} data-state={state}>
      {state === "failed" ? (
        <span className={classes.none}>
          <IconPhotoOff size={20} stroke={1.5} aria-hidden />
          no picture
        </span>
      ) : (
        asked && (
          <img
            ref={image}
            alt=""
            decoding="async"
            draggable={false}
            onLoad={() => setState("shown")}
            onError={() => setState("failed")}
          />
        )
      )}
    </span>
  );
}
