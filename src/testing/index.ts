export type { MockCertificate, MockCertificateNames, MockCertificateOptions } from './crypto/certificate-options.js'
export { createMockCertificate } from './crypto/mock-certificate.js'
export type { MockBreakingPoint, MockFault, MockFaultyEndpoint } from './faults/fault.js'
export { formatFault, parseFault, parseFaults } from './faults/notation.js'
export type { MockPendingFault } from './faults/script.js'
export type { MockFaultOptions, MockScriptedFault } from './faults/scripted-fault.js'
export type { MockExtensionAnswer, MockExtensionGrant } from './grants/extension-options.js'
export type { MockGrantType } from './grants/grant-type.js'
export type { MockEndpoint, MockIssued, MockListeners, MockRequest } from './journal.js'
export { createManualClock, type ManualClock } from './manual-clock.js'
export { createMockAuthorizationServer, type MockAuthorizationServer } from './mock.js'
export type {
  MockAuthorizationServerOptions,
  MockAuthorizeOptions,
  MockClient,
  MockIssueOptions,
  MockJwk,
  MockLogin,
  MockProfile,
} from './options.js'
export type { MockQuirks } from './profiles/profile.js'
export { type StoreContractCase, storeContract } from './stores/store-contract.js'
export type { MockDPoPOptions } from './tokens/dpop-options.js'
export type { ListeningMock, MockListenOptions } from './ways/listening.js'
export type { MswHttp } from './ways/msw.js'
