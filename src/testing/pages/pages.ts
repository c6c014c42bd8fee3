export { devicePage, userCodePage } from './device.js'
export { consentPage } from './login.js'
export { overviewPage } from './overview.js'
export { notice } from './page.js'
