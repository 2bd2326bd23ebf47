import { createTheme } from '@mantine/core'

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
    Modal: { defaultProps: { radius: 10, centered: true } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
  },
})
