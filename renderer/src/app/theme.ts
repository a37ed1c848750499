import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The one accent: a calm teal. White on shade 6 and darker reads at 5:1. */
const teal: MantineColorsTuple = ['#eef7f7', '#d9ecec', '#b5dadb', '#8ac5c7', '#5cacb0', '#348b90', '#24757b', '#1c6167', '#174f54', '#103b40'];

/** Mantine's greys of the dark theme, a little towards the accent. */
const dark: MantineColorsTuple = ['#dde3e6', '#c3cbd0', '#a3adb3', '#74808a', '#3a4348', '#2e363a', '#20272a', '#171c1e', '#121617', '#0e1112'];

export const theme = createTheme({
  colors: { accent: teal, dark },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.2rem', lineHeight: '1.3' }, h3: { fontSize: '1.02rem', lineHeight: '1.35' } } },
  components: {
    // The title row of a dialog is no banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 340 } },
  },
});

const HUES = ['red', 'yellow', 'orange', 'green', 'blue', 'grape', 'gray', 'accent'];

/** Mantine's soft text colours miss AA; these do not. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#1a2226',
    '--mantine-color-dimmed': '#586069',
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': teal[7],
    ...Object.fromEntries(HUES.map((hue) => [`--mantine-color-${hue}-light-color`, hue === 'yellow' || hue === 'orange' ? '#7a3e00' : hue === 'green' ? '#1b5e20' : colors[hue]![9]])),
    '--ph-canvas': '#f5f7f8', '--ph-line': '#dfe4e7', '--ph-raised': '#ffffff', '--ph-strip': '#e6f3f3', '--ph-banner': '#fff4d6',
    '--ph-good': '#1b7f4b', '--ph-wait': '#8a5a00', '--ph-bad': '#b42318',
  },
  dark: {
    '--mantine-color-body': '#15191b',
    '--mantine-color-text': '#dde3e6',
    '--mantine-color-dimmed': '#a3adb3',
    '--mantine-color-placeholder': '#929ca3',
    '--mantine-color-error': '#ff9a92',
    '--mantine-color-anchor': teal[3],
    '--mantine-color-default': '#22282b',
    '--mantine-color-default-hover': '#2a3135',
    '--mantine-color-default-border': '#3a4348',
    ...Object.fromEntries(HUES.map((hue) => [`--mantine-color-${hue}-light-color`, colors[hue]![2]])),
    // Soft grounds: full ones would shout in a dark room.
    ...Object.fromEntries(HUES.map((hue) => [`--mantine-color-${hue}-light`, `color-mix(in srgb, ${colors[hue]![7]} 24%, #15191b)`])),
    '--ph-canvas': '#101314', '--ph-line': '#2b3337', '--ph-raised': '#1a1f22', '--ph-strip': '#14282a', '--ph-banner': '#3a2f12',
    '--ph-good': '#5ed39a', '--ph-wait': '#f2c14e', '--ph-bad': '#ff9a92',
  },
});
