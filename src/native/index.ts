export { authorizeNatively, type NativeAuthorizationOptions, type NativeClient } from './authorize-natively.js'
export { systemBrowser } from './system-browser.js'
