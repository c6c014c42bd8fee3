import { bearerFetch, createClient } from 'bearward'
import { webStore } from 'bearward/web'

const client = createClient({ server: window.server, clientId: 'app' })
const session = client.sessionSource({ store: webStore(), key: 'user' })

export const api = bearerFetch(session, { origins: ['https://api.example.com'] })
export const login = (redirectUri) => client.authorizationRequest({ redirectUri, scope: 'read' })
export const callback = async (pending) => session.replace(await client.exchangeCode(location.href, pending))
export const logout = () => session.end()
