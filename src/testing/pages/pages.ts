export { devicePage, userCodePage } from './device.js'
export { consentPage } from './login.js'
export { notice } from './page.js'
