import type { AuthorizationServer } from 'bearward'
import { cognito, miwa, smokeball, wicked } from 'bearward/providers'
import type { Service } from './service.ts'
import { readOn, services } from './services.ts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

const anchorOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-')

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``

const shown = (value: unknown): string => (Array.isArray(value) ? value.map(code).join(', ') : code(value))

const overview = table(
  ['service', 'preset', 'client authentication', 'a refresh token needs', 'a refresh', 'revocation'],
  services.map(({ name, preset, server, refreshToken }) => [
    `[${name}](#${anchorOf(name)})`,
    code(preset),
    shown(server.tokenEndpointAuthMethodsSupported),
    refreshToken.needs,
    refreshToken.rotation,
    server.revocationEndpoint === undefined ? 'none' : 'yes',
  ]),
)

const factsOf = (server: AuthorizationServer): string =>
  table(
    ['fact', 'value'],
    Object.entries(server).map(([fact, value]) => [code(fact), shown(value)]),
  )

const sectionOf = ({ name, preset, server, profile, refreshToken, oddities, sources, unknown }: Service): string =>
  [
    `## ${name}`,
    `\`${preset}\`; its mock: \`createMockAuthorizationServer({ profile: '${profile}', clients })\`.`,
    factsOf(server),
    list([
      `A refresh token needs ${refreshToken.needs}.`,
      `Rotation: ${refreshToken.rotation}.`,
      `It lives: ${refreshToken.lifetime}.`,
      ...oddities,
    ]),
    `Read on ${readOn}:`,
    list(sources.map(({ url, tells }) => `<${url}>: ${tells}`)),
    `Not found, and so left out: ${unknown.join('; ')}.`,
  ].join('\n\n')

/** What the page says of the data, by the name of the block that it stands in. */
const blocks: Readonly<Record<string, string>> = {
  overview,
  services: services.map(sectionOf).join('\n\n'),
  miwa: factsOf(miwa),
  wicked: factsOf(wicked({ host: 'api.example.com', authMethodId: 'default', apiId: 'pets' })),
  smokeball: factsOf(smokeball),
  cognito: factsOf(cognito({ domain: 'auth.example.com' })),
}

/** The page with its blocks made anew; what stands between them is left as it is. */
export const providersPage = (page: string): string =>
  page.replace(
    /(<!-- made of the data: (\w+) -->\n)[\s\S]*?(<!-- as far as here -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${blocks[name] ?? `There is no ${name}.`}\n\n${end}`,
  )
