export type { MockEndpoint, MockRequest } from './journal.js'
export { createMockAuthorizationServer, type ListeningMock, type MockAuthorizationServer } from './mock.js'
export type { MswHttp } from './msw.js'
export type {
  MockAuthorizationServerOptions,
  MockAuthorizeOptions,
  MockClient,
  MockGrantType,
  MockIssueOptions,
  MockProfile,
  MockWickedOptions,
} from './options.js'
