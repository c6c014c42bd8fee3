import { systemBrowser } from '../../src/native/system-browser.js'

// Nothing else keeps this process alive while it waits.
await systemBrowser('https://as.test/')
console.log('opened')
