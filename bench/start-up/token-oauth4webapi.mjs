import {
  allowInsecureRequests,
  ClientSecretBasic,
  clientCredentialsGrantRequest,
  processClientCredentialsResponse,
} from 'oauth4webapi'

const server = { issuer: new URL(process.argv[2]).origin, token_endpoint: process.argv[2] }
const client = { client_id: 'bench' }
const response = await clientCredentialsGrantRequest(
  server,
  client,
  ClientSecretBasic('secret'),
  {},
  {
    [allowInsecureRequests]: true,
  },
)
if ((await processClientCredentialsResponse(server, client, response)).access_token !== 'token') process.exitCode = 1
