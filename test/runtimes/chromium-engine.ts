import { chromium } from 'playwright'
import { type Engine, programAt } from '../stores/engine.js'
import { launchOptions } from './chromium-options.js'

export const chromiumEngine: Engine = {
  name: 'Chromium',
  path: launchOptions.executablePath ?? programAt(chromium.executablePath()),
  remedy: 'install chromium, or set CHROMIUM_PATH',
}
