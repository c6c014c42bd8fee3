export { cognito } from './cognito.js'
export { miwa } from './miwa.js'
export { smokeball } from './smokeball.js'
export { wicked } from './wicked.js'
