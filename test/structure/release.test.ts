import { describe, expect, it } from 'vitest'
import { obstaclesOf, type ReleaseFacts } from '../../scripts/release/obstacles.ts'

const ready: ReleaseFacts = {
  version: '1.2.0',
  repository: 'git+https://github.com/bears/bearward.git',
  changelog: '# bearward\n\n## 1.2.0\n\n### Minor Changes\n',
  pendingChangesets: [],
  uncommitted: [],
  tags: ['v1.1.0'],
  environment: {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'bears/bearward',
  },
}

describe('a release', () => {
  it('goes out from the workflow of its own repository, when all is committed and told', () => {
    expect(obstaclesOf(ready)).toEqual([])
  })

  it.each<[string, Partial<ReleaseFacts>, RegExp]>([
    ['what is not committed', { uncommitted: [' M src/index.ts'] }, /not committed: .*src\/index\.ts/],
    ['a change that waits for a version', { pendingChangesets: ['calm-bear.md'] }, /calm-bear\.md/],
    ['a version without its lines in the changelog', { version: '1.2' }, /nothing of 1\.2/],
    ['a version that is out', { tags: ['v1.2.0'] }, /v1\.2\.0 is released already/],
    ['a machine that nobody vouches for', { environment: {} }, /provenance is signed for a run/],
    ['no repository', { repository: undefined }, /names no repository/],
    ['a fork', { repository: 'https://github.com/others/bearward' }, /others\/bearward, and this is .*bears\/bearward/],
  ])('is held by %s', (_, facts, told) => {
    expect(obstaclesOf({ ...ready, ...facts })).toEqual([expect.stringMatching(told)])
  })
})
