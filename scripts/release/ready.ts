// node scripts/release/ready.ts: says what keeps this checkout from being published. npm asks it before it publishes.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { obstaclesOf } from './obstacles.ts'

const git = (...command: readonly string[]): readonly string[] =>
  execFileSync('git', command, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')

const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8'))
const obstacles = obstaclesOf({
  version,
  repository: repository?.url,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
  pendingChangesets: readdirSync('.changeset').filter((name) => name.endsWith('.md') && name !== 'README.md'),
  uncommitted: git('status', '--porcelain'),
  tags: git('tag', '--list'),
  environment: process.env,
})

for (const obstacle of obstacles) console.error(obstacle)
process.exitCode = obstacles.length > 0 ? 1 : 0
