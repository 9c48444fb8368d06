/** Mantine in the page's own visual language (tokens.css): its greys, its accent, its type scale, its 4-px grid. */
import { Button, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef0fd",
  "#dce0fb",
  "#bac2f7",
  "#94a2ff",
  "#7786f2",
  "#5f6ff0",
  "#4f5ee3",
  "#4452d6",
  "#3845b4",
  "#2d3790",
];

/** Mantine's dark greys from text (0) to the deepest ground (9). */
const dark: MantineColorsTuple = [
  "#ededf0",
  "#c9c9d0",
  "#a6a6b0",
  "#8d8d98",
  "#43434b",
  "#2f2f35",
  "#232327",
  "#1a1a1d",
  "#121214",
  "#0d0d0f",
];

const gray: MantineColorsTuple = [
  "#f7f7f8",
  "#efeff1",
  "#e3e3e7",
  "#d7d7dd",
  "#cdcdd4",
  "#8a8a94",
  "#666670",
  "#54545e",
  "#33333a",
  "#1b1b1f",
];

const rose: MantineColorsTuple = [
  "#fdeef1",
  "#fad9e0",
  "#f5b1c0",
  "#ff8299",
  "#e8536f",
  "#e04a6c",
  "#cc2450",
  "#b8123f",
  "#990e34",
  "#7a0b2a",
];

const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const MOTION = 120;

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark, gray, rose },
  black: "#1b1b1f",
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontFamily: FONT,
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "15px", lineHeight: "20px" },
      h3: { fontSize: "13px", lineHeight: "20px" },
    },
  },
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "16px", md: "20px", lg: "20px", xl: "28px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm" },
      vars: (_theme, { size }) => ({
        root:
          size === "sm"
            ? { "--button-height": "32px", "--button-fz": "13px", "--button-padding-x": "14px" }
            : size === "compact-sm"
              ? { "--button-fz": "13px" }
              : {},
      }),
    }),
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Modal: {
      defaultProps: { transitionProps: { duration: MOTION }, overlayProps: { backgroundOpacity: 0.4 }, yOffset: "8vh" },
    },
    Drawer: { defaultProps: { transitionProps: { duration: MOTION }, overlayProps: { backgroundOpacity: 0.4 } } },
    Menu: { defaultProps: { transitionProps: { duration: MOTION }, shadow: "md" } },
    Popover: { defaultProps: { transitionProps: { duration: MOTION }, shadow: "md" } },
    Tooltip: { defaultProps: { transitionProps: { duration: MOTION }, openDelay: 300, withArrow: false } },
    Select: { defaultProps: { comboboxProps: { transitionProps: { duration: MOTION } } } },
    SegmentedControl: { defaultProps: { transitionDuration: MOTION, withItemsBorders: false } },
  },
});
