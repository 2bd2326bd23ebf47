import { createTheme, type CSSVariablesResolver } from '@mantine/core'

export const theme = createTheme({
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  primaryColor: 'track',
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  colors: {
    track: ['#ECEFFC', '#D5DCF8', '#B7C2F2', '#95A5EA', '#7489E0', '#566ED6', '#4A62DB', '#3450C4', '#2940A3', '#1F317F'],
  },
  components: {
    Modal: { defaultProps: { radius: 10, centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
  },
})

const ours = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-3)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-3)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-2)',
}

/** Mantine's parts take the colours of the design, which ui/tokens.css holds. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours })
