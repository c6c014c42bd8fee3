import type { Service } from './service.ts'
import { auth0Service } from './services/auth0.ts'
import { entraService } from './services/entra.ts'
import { githubService } from './services/github.ts'
import { googleService } from './services/google.ts'
import { keycloakService } from './services/keycloak.ts'
import { oktaService } from './services/okta.ts'
import { slackService } from './services/slack.ts'
import { spotifyService } from './services/spotify.ts'

/** In the order of the page. */
export const services: readonly Service[] = [
  googleService,
  entraService,
  githubService,
  auth0Service,
  oktaService,
  keycloakService,
  slackService,
  spotifyService,
]

/** The day on which the pages were read, in copies that may be older. */
export const readOn = '2026-11-22'
