import { homedir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'bearward'
import { fileStore } from 'bearward/file'
import { clientId, server } from './service.ts'

const { XDG_CONFIG_HOME, LOCALAPPDATA } = process.env

/** Where this user's settings are; below their profile on Windows, where it does not roam to other machines. */
const settings =
  process.platform === 'win32'
    ? LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
    : XDG_CONFIG_HOME || join(homedir(), '.config')

export const client = createClient({ server, clientId })

/** The login of this user, for every run of the tool: it renews its token once, however many run at the same time. */
export const session = client.sessionSource({
  store: fileStore({ directory: join(settings, 'mytool', 'tokens') }),
  key: 'default',
})
