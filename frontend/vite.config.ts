/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// SIDETRACK is the address of a running collector, for `npm run dev`.
const collector = process.env.SIDETRACK ?? 'http://127.0.0.1:4747'

export default defineConfig({
  plugins: [react()],
  // A data: address would need a hole in the content security policy.
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    // What every screen shares is one file: thirty small ones weigh more and pack worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', test: /src\/(ui\/(words|marks|notify|preferences|commands|copy|Seg|Note)\.|view\/|api\/|status\/|source\/queries|plan\/(ahead|since|open))/ }] } } },
  },
  server: { proxy: { '/api': { target: collector, ws: true } } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], setupFiles: ['src/test-setup.ts'] },
})
