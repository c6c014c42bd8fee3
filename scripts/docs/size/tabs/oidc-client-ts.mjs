import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

const userStore = new WebStorageStateStore({ store: localStorage })
const manager = new UserManager({ ...window.server, client_id: 'app', userStore, automaticSilentRenew: true })

export const api = async (url) =>
  fetch(url, { headers: { authorization: `Bearer ${(await manager.getUser())?.access_token}` } })
export const login = () => manager.signinRedirect()
export const callback = () => manager.signinRedirectCallback()
export const logout = () => manager.signoutRedirect()
