import { existsSync } from 'node:fs'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

interface LaunchOptions {
  readonly executablePath?: string
  readonly args: string[]
}

/** The system's Chromium where there is one, else playwright's own; quiet, so that it talks to nobody but the test. */
export const launchOptions: LaunchOptions = {
  ...(existsSync(executablePath) && { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
