import type { AuthorizationServer } from 'bearward'
import type { MockProfile } from 'bearward/testing'

/** A page that facts of a service were read from. */
interface Source {
  readonly url: string
  /** What it was read for. */
  readonly tells: string
}

/** A service as `docs/providers.md` shows it, beside what its preset says itself. */
export interface Service {
  readonly name: string
  /** How the preset is written. */
  readonly preset: string
  /** The preset as it is written above. */
  readonly server: AuthorizationServer
  readonly profile: MockProfile
  readonly refreshToken: {
    /** What a login needs to get one. */
    readonly needs: string
    /** What a refresh does to it. */
    readonly rotation: string
    readonly lifetime: string
  }
  readonly oddities: readonly string[]
  readonly sources: readonly Source[]
  /** What could not be looked up, and so is in no preset and no mock. */
  readonly unknown: readonly string[]
}
