/**
 * Bytes in memory of their own, as Web Crypto wants them: `Uint8Array<ArrayBuffer>`, spelled so that a TypeScript before 5.7 can
 * read our declarations, where `Uint8Array` takes no argument.
 */
export type Bytes = ReturnType<typeof Uint8Array.of>
