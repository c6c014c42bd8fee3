import { createClient } from 'bearward'

const client = createClient({ server: { tokenEndpoint: process.argv[2] }, clientId: 'bench', clientSecret: 'secret' })
if ((await client.clientCredentials()).accessToken !== 'token') process.exitCode = 1
