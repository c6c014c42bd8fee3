export type MockGrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'
