import { IconAdjustmentsHorizontal, IconFlask2, IconKeyboard, IconLayoutGrid, IconStack2 } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { href, type PageId } from "../lib/routes.ts";
import mark from "./mark.svg";
import classes from "./rail.module.css";

type Icon = ComponentType<{ size?: number; stroke?: number }>;

const ENTRIES: readonly (readonly [PageId, string, Icon])[] = [
  ["study", "Study", IconStack2],
  ["browse", "Browse", IconLayoutGrid],
  ["experiments", "Experiments", IconFlask2],
];

interface RailProps {
  readonly page: PageId;
  readonly onKeys: () => void;
  /** The task button. */
  readonly children?: ReactNode;
}

/** The navigation rail: every page that there is, then the tasks, the keys and the settings. */
export function Rail({ page, onKeys, children }: RailProps) {
  const link = ([id, name, Sign]: (typeof ENTRIES)[number]) => (
    <a key={id} className={classes.item} href={href({ page: id })} aria-current={page === id ? "page" : undefined}>
      <Sign size={20} stroke={1.6} />
      {name}
    </a>
  );
  return (
    <nav className={classes.rail} aria-label="Pages">
      <img className={classes.mark} src={mark} alt="Apexlab" />
      {ENTRIES.map(link)}
      <div className={classes.foot}>
        {children}
        <RailButton label="Keys" icon={IconKeyboard} onClick={onKeys} />
        {link(["settings", "Settings", IconAdjustmentsHorizontal])}
      </div>
    </nav>
  );
}

interface RailButtonProps {
  readonly label: string;
  readonly icon: Icon;
  readonly onClick: () => void;
  readonly expanded?: boolean;
}

export function RailButton({ label, icon: Sign, onClick, expanded }: RailButtonProps) {
  return (
    <button type="button" className={classes.item} onClick={onClick} aria-expanded={expanded}>
      <Sign size={20} stroke={1.6} />
      {label}
    </button>
  );
}
