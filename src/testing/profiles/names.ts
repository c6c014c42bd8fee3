import type { MockProfile } from '../options.js'

const profiles: Record<MockProfile, true> = {
  auth0: true,
  cognito: true,
  entra: true,
  github: true,
  google: true,
  keycloak: true,
  miwa: true,
  okta: true,
  slack: true,
  smokeball: true,
  spotify: true,
  wicked: true,
}

/** The services that there are profiles of. */
export const profileNames = Object.keys(profiles) as readonly MockProfile[]
