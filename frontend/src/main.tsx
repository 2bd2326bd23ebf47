import '@mantine/core/styles.css'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import './ui/app.css'

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { startSession } from './api/host'
import { App } from './app/App'

// The code is traded before the first request, or that one would be refused.
await startSession()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
