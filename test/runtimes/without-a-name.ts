// A page refuses a client secret, and is known by what it calls itself. Without its name its fetch, streams and Web Crypto
// are used by clients that have one.
Object.defineProperty(navigator, 'userAgent', { value: 'a server', configurable: true })
