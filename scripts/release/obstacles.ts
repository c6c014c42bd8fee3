/** What a release hangs on, as it is found in the checkout and in the environment. */
export interface ReleaseFacts {
  readonly version: string
  /** `repository.url` of package.json. */
  readonly repository: string | undefined
  readonly changelog: string
  /** Changesets that no version has taken up. */
  readonly pendingChangesets: readonly string[]
  /** Changed or unknown files, as `git status --porcelain` lists them. */
  readonly uncommitted: readonly string[]
  readonly tags: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

const withoutDressing = (url: string): string => url.replace(/^git\+/, '').replace(/\.git$/, '')

/** Provenance says which repository and which run built a package: npm refuses it for any other repository. */
const provenanceObstacles = ({ repository, environment }: ReleaseFacts): readonly string[] => {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: identity, GITHUB_SERVER_URL: host, GITHUB_REPOSITORY: name } = environment
  if (!identity) {
    return [
      'provenance is signed for a run of the repository’s workflow: start the workflow “release”, with `id-token: write`',
    ]
  }
  if (!repository) return ['package.json names no repository, and provenance is of one']
  const running = `${host}/${name}`
  return withoutDressing(repository) === running ? [] : [`package.json names ${repository}, and this is ${running}`]
}

/** Why this checkout is not to be published: nothing if it may be. */
export const obstaclesOf = (facts: ReleaseFacts): readonly string[] => [
  ...(facts.uncommitted.length > 0 ? [`not committed: ${facts.uncommitted.join(', ')}`] : []),
  ...(facts.pendingChangesets.length > 0
    ? [`changesets wait for a version: ${facts.pendingChangesets.join(', ')} (npm run release:version)`]
    : []),
  ...(facts.changelog.split('\n').includes(`## ${facts.version}`)
    ? []
    : [`the changelog says nothing of ${facts.version}`]),
  ...(facts.tags.includes(`v${facts.version}`) ? [`v${facts.version} is released already`] : []),
  ...provenanceObstacles(facts),
]
