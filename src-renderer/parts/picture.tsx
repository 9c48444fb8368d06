import { IconPhotoOff } from "@tabler/icons-react";
import { type CSSProperties, useState } from "react";
import classes from "./picture.module.css";

interface PictureProps {
  readonly src: string;
  /** Empty where the words beside it say everything. */
  readonly alt: string;
  /** Width by height of the place that it takes, before it is there as well. */
  readonly ratio?: number;
  readonly fit?: "cover" | "contain";
  readonly className?: string;
}

/** A picture on its mat: grey until it is there, and a quiet sign where it cannot be had. */
export function Picture({ src, alt, ratio = 1, fit = "cover", className = "" }: PictureProps) {
  const [shown, setShown] = useState<{ src: string; ok: boolean } | null>(null);
  const state = shown?.src === src ? shown : null;
  const style: CSSProperties = { aspectRatio: ratio };
  return (
    <span className={`${classes.frame} ${className}`} style={style}>
      {state?.ok === false ? (
        <span className={classes.fault} role="img" aria-label={`${alt}: picture not available`}>
          <IconPhotoOff size={20} stroke={1.5} aria-hidden />
          <span aria-hidden>no picture</span>
        </span>
      ) : (
        <img
          key={src}
          className={classes.picture}
          src={src}
          alt={alt}
          style={{ objectFit: fit }}
          data-shown={state?.ok === true ? "" : undefined}
          decoding="async"
          draggable={false}
          onLoad={() => setShown({ src, ok: true })}
          onError={() => setShown({ src, ok: false })}
        />
      )}
    </span>
  );
}
