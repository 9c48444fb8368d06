import { ActionIcon, Popover, Select, Slider, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconArrowAutofitContent,
  IconChevronLeft,
  IconChevronRight,
  IconContrast,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconRepeat,
  IconRepeatOff,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useKeyboard } from "../../lib/keys/keys.tsx";
import { KeyCaps } from "../key-caps.tsx";
import type { Clip } from "./clip.ts";
import classes from "./controls.module.css";
import { type Loop, LOOPS, SPEEDS } from "./playing.ts";
import type { ClipState } from "./use-clip.ts";
import { MOST_ZOOM, type PlayerView, zoomed } from "./view.ts";

interface ControlsProps {
  readonly clip: Clip;
  readonly state: ClipState;
  readonly view: PlayerView;
  readonly onView: (given: Partial<PlayerView>) => void;
}

const SPEED_NAMES = SPEEDS.map((speed) => ({
  value: String(speed),
  label: speed === 1 ? "1 ×" : `1/${Math.round(1 / speed)} ×`,
}));
const LOOP_NAMES: Record<Loop, string> = {
  none: "Plays once",
  clip: "Loops the clip",
  expression: "Loops onset to offset",
};
const CLOSER = 1.5;

export function Controls({ clip, state, view, onView }: ControlsProps) {
  const { position, playing, go } = state;
  const last = clip.numbers.length - 1;
  const nextLoop = LOOPS[(LOOPS.indexOf(view.loop) + 1) % LOOPS.length];
  return (
    <div className={classes.controls}>
      <div className={classes.group}>
        <Control
          label="First frame"
          action="clip.first"
          icon={IconPlayerSkipBack}
          onClick={() => go(0)}
          off={position === 0}
        />
        <Control
          label="One frame back"
          action="clip.back"
          icon={IconChevronLeft}
          onClick={() => go(position - 1)}
          off={position === 0}
        />
        <Control
          label={playing ? "Pause" : "Play"}
          action="clip.play"
          icon={playing ? IconPlayerPauseFilled : IconPlayerPlayFilled}
          onClick={state.togglePlaying}
          strong
        />
        <Control
          label="One frame on"
          action="clip.on"
          icon={IconChevronRight}
          onClick={() => go(position + 1)}
          off={position === last}
        />
        <Control
          label="Last frame"
          action="clip.last"
          icon={IconPlayerSkipForward}
          onClick={() => go(last)}
          off={position === last}
        />
      </div>
      <Select
        className={classes.speed}
        size="xs"
        aria-label="Speed"
        data={SPEED_NAMES}
        value={String(view.speed)}
        allowDeselect={false}
        onChange={(value) => onView({ speed: Number(value) })}
      />
      <Control
        label={LOOP_NAMES[view.loop]}
        action="clip.loop"
        icon={view.loop === "none" ? IconRepeatOff : view.loop === "clip" ? IconRepeat : IconArrowAutofitContent}
        onClick={() => onView({ loop: nextLoop })}
      />
      <div className={classes.group} data-end>
        <Contrast value={view.contrast} onChange={(contrast) => onView({ contrast })} />
        <Control
          label="Zoom out"
          action="clip.farther"
          icon={IconZoomOut}
          onClick={() => onView(zoomed(view, 1 / CLOSER))}
          off={view.zoom === 1}
        />
        <Tooltip label={<Named label="Fit the picture" action="clip.fit" />}>
          <UnstyledButton
            className={classes.zoom}
            aria-label={`Zoom ${Math.round(view.zoom * 100)} %: fit the picture`}
            onClick={() => onView({ zoom: 1, x: 0.5, y: 0.5 })}
          >
            {Math.round(view.zoom * 100)} %
          </UnstyledButton>
        </Tooltip>
        <Control
          label="Zoom in"
          action="clip.closer"
          icon={IconZoomIn}
          onClick={() => onView(zoomed(view, CLOSER))}
          off={view.zoom === MOST_ZOOM}
        />
      </div>
    </div>
  );
}

interface ControlProps {
  readonly label: string;
  readonly action: string;
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly onClick: () => void;
  readonly off?: boolean;
  readonly strong?: boolean;
}

/** A button with its name and key in a tooltip. It stays focusable while there is nothing to do, as at the last frame. */
function Control({ label, action, icon: Sign, onClick, off = false, strong = false }: ControlProps) {
  return (
    <Tooltip label={<Named label={label} action={action} />}>
      <ActionIcon
        className={classes.control}
        size={strong ? 36 : 32}
        variant={strong ? "filled" : "subtle"}
        color={strong ? "accent" : "gray"}
        radius={strong ? 18 : "md"}
        aria-label={label}
        aria-disabled={off}
        onClick={() => !off && onClick()}
      >
        <Sign size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

function Named({ label, action }: { label: string; action: string }) {
  const { keysOf } = useKeyboard();
  return (
    <span className={classes.tip}>
      {label} <KeyCaps keys={keysOf(action)} />
    </span>
  );
}

function Contrast({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  return (
    <Popover position="top" withinPortal width={240}>
      <Popover.Target>
        <ActionIcon
          size={32}
          aria-label="Contrast"
          variant={value === 1 ? "subtle" : "light"}
          color={value === 1 ? "gray" : "accent"}
        >
          <IconContrast size={18} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.contrast}>
          <span>Contrast</span>
          <button type="button" className={classes.reset} onClick={() => onChange(1)} disabled={value === 1}>
            as it is
          </button>
        </div>
        <Slider
          thumbLabel="Contrast"
          min={0.5}
          max={4}
          step={0.1}
          label={(now) => `${now.toFixed(1)} ×`}
          value={value}
          onChange={onChange}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
