import { ClientSecretBasic, clientCredentialsGrantRequest, processClientCredentialsResponse } from 'oauth4webapi'

export const job = async (as, clientId, clientSecret) => {
  const client = { client_id: clientId }
  const form = new URLSearchParams({ scope: 'read' })
  const response = await clientCredentialsGrantRequest(as, client, ClientSecretBasic(clientSecret), form)
  return processClientCredentialsResponse(as, client, response)
}
