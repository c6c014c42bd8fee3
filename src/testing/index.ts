export type { MockDPoPOptions } from './dpop-options.js'
export type { MockExtensionAnswer, MockExtensionGrant } from './extension-options.js'
export type {
  MockBreakingPoint,
  MockFault,
  MockFaultOptions,
  MockFaultyEndpoint,
  MockScriptedFault,
} from './faults.js'
export type { MockGrantType } from './grant-type.js'
export type { MockEndpoint, MockRequest } from './journal.js'
export { createManualClock, type ManualClock } from './manual-clock.js'
export { createMockAuthorizationServer, type ListeningMock, type MockAuthorizationServer } from './mock.js'
export type { MswHttp } from './msw.js'
export type {
  MockAuthorizationServerOptions,
  MockAuthorizeOptions,
  MockClient,
  MockIssueOptions,
  MockJwk,
  MockProfile,
  MockWickedOptions,
} from './options.js'
export { type StoreContractCase, storeContract } from './store-contract.js'
