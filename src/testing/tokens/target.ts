import type { Json } from '../answers.js'
import { refusal } from '../refusal.js'
import type { MockContext, Target } from '../state.js'

/** What RFC 8707 §2 and RFC 9396 §5 have a server say to a target that it does not take. */
export class TargetRefused extends Error {
  readonly reason: 'unfit_resource' | 'unfit_details'

  constructor(reason: 'unfit_resource' | 'unfit_details', description: string) {
    super(description)
    this.reason = reason
  }
}

const resourcesOf = (parameters: URLSearchParams, { profile }: MockContext): readonly string[] | undefined => {
  const resources = parameters.getAll('resource').filter(Boolean)
  for (const resource of resources) {
    const isAbsolute = URL.canParse(resource) && !resource.includes('#')
    if (!isAbsolute) throw new TargetRefused('unfit_resource', 'resource must be an absolute URI without a fragment')
    if (profile.resources && !profile.resources.includes(resource)) {
      throw new TargetRefused('unfit_resource', 'the resource is unknown')
    }
  }
  return resources.length ? [...new Set(resources)] : undefined
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isDetail = (detail: unknown): detail is Json =>
  typeof detail === 'object' && detail !== null && 'type' in detail && typeof detail.type === 'string'

const detailsOf = (parameters: URLSearchParams, { server }: MockContext): readonly Json[] | undefined => {
  const text = parameters.get('authorization_details')
  if (!text) return undefined
  const details = parse(text)
  if (!Array.isArray(details) || !details.every(isDetail)) {
    throw new TargetRefused('unfit_details', 'authorization_details must be a JSON array of objects with a type')
  }
  const known = server.authorizationDetailsTypesSupported
  if (known && !details.every(({ type }) => known.includes(`${type}`))) {
    throw new TargetRefused('unfit_details', 'a type of authorization details is unknown')
  }
  return details
}

/** Where a token is to be used, and for what. A service that knows nothing of it ignores it (RFC 6749 §3.1). */
export const targetOf = (parameters: URLSearchParams, context: MockContext): Target => {
  if (!context.profile.targets) return {}
  const resources = resourcesOf(parameters, context)
  const details = detailsOf(parameters, context)
  return { ...(resources && { resources }), ...(details && { details }) }
}

/** What is left of a granted target: the same, or less (RFC 8707 §2.2, RFC 9396 §6). */
export const narrowTarget = (granted: Target, wanted: Target): Target => {
  if (granted.resources && wanted.resources?.some((resource) => !granted.resources?.includes(resource))) {
    throw new TargetRefused('unfit_resource', 'the resource was not granted')
  }
  const texts = granted.details?.map((detail) => JSON.stringify(detail))
  if (wanted.details?.some((detail) => !texts?.includes(JSON.stringify(detail)))) {
    throw new TargetRefused('unfit_details', 'the authorization details were not granted')
  }
  return { ...granted, ...wanted }
}

/** What `work` makes of a target, or the refusal of an endpoint that answers in JSON. */
export const judgedTarget = ({ profile }: MockContext, work: () => Target): Target => {
  try {
    return work()
  } catch (refused) {
    if (refused instanceof TargetRefused) throw refusal(profile, refused.reason)
    throw refused
  }
}
