import { trim } from './trim.ts'

/**
 * What ky does for others: retries, time-outs, progress, hooks, merged options, errors of its own. The door passes a string
 * and options that are complete, and asks for none of it. The tests of the protocol run against the built package too.
 */
export const trimKy = trim('ky/distribution', {
  'index.js': {
    without: [
      'for (const method of requestMethods) {',
      'ky.create = (newDefaults) => createInstance(validateAndMerge(newDefaults));',
      'ky.extend = (newDefaults) => {',
      'ky.stop = stop;',
      'ky.retry = retry;',
    ],
    always: { options: ['validateAndMerge(defaults, options)'] },
  },
  'core/Ky.js': {
    without: [
      'const initHooks = options.hooks?.init ?? [];',
      'for (const hook of initHooks) {',
      "if (typeof ky.#options.timeout === 'number' && ky.#options.timeout > maxSafeTimeout) {",
      "if (typeof ky.#options.totalTimeout === 'number' && ky.#options.totalTimeout > maxSafeTimeout) {",
      'const beforeRequestResponse = await ky.#runBeforeRequestHooks();',
      'if (beforeRequestResponse !== undefined) {',
      'let responseFromHook = beforeRequestResponse !== undefined',
      '|| ky.#consumeReturnedResponseFromBeforeRetryHook();',
      // Hooks after the response, and HTTP errors.
      'for (;;) {',
      'if (!isResponseInstance(response)) {',
      'ky.#decorateResponse(response);',
      'if (ky.#options.onDownloadProgress) {',
      'for (const [type, mimeType] of Object.entries(responseTypes)) {',
      "if (Object.hasOwn(options, 'prefixUrl')) {",
      'hooks: mergeHooks({}, options.hooks),',
      "prefix: String(options.prefix || ''),",
      'retry: normalizeRetryOptions(options.retry),',
      'throwHttpErrors: options.throwHttpErrors ?? true,',
      'timeout: options.timeout ?? 10_000,',
      'totalTimeout: options.totalTimeout ?? false,',
      'context: options.context ?? {},',
      'this.#retryLimit = this.#options.retry.limit;',
      "if (typeof this.#input !== 'string' && !(this.#input instanceof URL || this.#input instanceof globalThis.Request)) {",
      "if (typeof this.#input === 'string') {",
      'if (supportsAbortController && supportsAbortSignal) {',
      'if (supportsRequestStreams) {',
      'if (this.#options.json !== undefined) {',
      "const userProvidedContentType = options.headers && new globalThis.Headers(options.headers).has('content-type');",
      'if (hasSearchParameters(this.#options.searchParams)) {',
      "if (this.#options.onUploadProgress && typeof this.#options.onUploadProgress !== 'function') {",
      "this.#startTime = typeof this.#options.totalTimeout === 'number' ? this.#getCurrentTime() : undefined;",
      'async #retry(function_) {',
      'async #retryFromError(error, function_) {',
      'if (this.#abortController?.signal.aborted) {',
      'this.#retryLimit = normalizeRetryOptions(this.#options.retry).limit;',
      'const retryRequest = this.#retryLimit > 0 ? this.request.clone() : undefined;',
      'if (retryRequest) {',
    ],
    always: {
      options: ['initHooks.length > 0 ? cloneInitHookOptions(options) : options'],
      'await ky.#fetch()': ['beforeRequestResponse ?? await ky.#retry(async () => ky.#fetch())'],
      'throw error;': ['await ky.#throwProcessedError(error);'],
      'options.headers': ['mergeHeaders(this.#input.headers, options.headers)'],
      'options.method': ["normalizeRequestMethod(options.method ?? this.#input.method ?? 'GET')"],
      'this.request': ['this.#wrapRequestWithUploadProgress(this.request, this.#options.body ?? undefined)'],
      response: ['this.#setResponseRequest(response, request)'],
      undefined: ['findUnknownOptions(this.#options)', 'this.#getRemainingTotalTimeout()'],
      true: ['this.#options.timeout === false'],
      false: ['this.#input instanceof globalThis.Request', 'isRawNetworkError(error)'],
    },
  },
})
