import type { Contender } from './contender.ts'

const modules = {
  floor: './contenders/floor.ts',
  bearward: './contenders/bearward.ts',
  'oauth2-client': './peers/oauth2-client.mjs',
  'openid-client': './peers/openid-client.mjs',
  oauth4webapi: './peers/oauth4webapi.mjs',
  'simple-oauth2': './peers/simple-oauth2.mjs',
  'google-auth-library': './peers/google-auth-library.mjs',
  'undici-oidc-interceptor': './peers/undici-oidc-interceptor.mjs',
} as const

export type ContenderName = keyof typeof modules

/** All but the floor, which has no token endpoint. */
export const contenderNames: readonly ContenderName[] = (Object.keys(modules) as ContenderName[]).filter(
  (name) => name !== 'floor',
)

/** Loaded by name, so that a process holds only the contenders that it runs. */
export const contender = async (name: ContenderName): Promise<Contender> => {
  const loaded: { readonly contender: Omit<Contender, 'name'> } = await import(modules[name])
  return { name, ...loaded.contender }
}
