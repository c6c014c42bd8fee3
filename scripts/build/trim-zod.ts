import { trim } from './trim.ts'

/**
 * What zod does for others: checks, catch-alls, promises, encoding, messages, standard schema, and a configuration, which
 * would be that of the application's own zod. The wire reads objects and transforms at once, and of an error the path of
 * its first issue. The first entry keeps every other kind of schema out, which may need what the others leave out.
 */
export const trimZod = trim('zod', {
  'mini/index.js': {
    without: ['import * as z from "../v4/mini/external.js";', 'export { z };'],
    always: {
      'export { object, transform } from "../v4/mini/schemas.js"': ['export * from "../v4/mini/external.js"'],
    },
  },
  'v4/mini/schemas.js': {
    without: [
      'if (!inst._zod)',
      'throw new Error("Uninitialized schema in ZodMiniType.");',
      'get with() {',
      'set with(value) {',
      'parse(data, params) {',
      'parseAsync(data, params) {',
      'safeParseAsync(data, params) {',
      'check(...checks) {',
      'clone(_def, params) {',
      'brand() {',
      'register(reg, meta) {',
      'apply(fn, ...args) {',
      '...util.normalizeParams(params),',
    ],
    always: { 'inst.shape = def.shape': ['util.installLazyProp(inst, "shape", (self) => self._zod.def.shape, false)'] },
  },
  'v4/core/parse.js': {
    without: ['set error(e) {'],
    always: {
      false: ['result instanceof Promise'],
      '_safeParse()': ['_safeParse(errors.$ZodRealError)'],
      '{ issues: issues.map((issue) => ({ path: [], ...issue })) }': [
        'new Err(issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())))',
      ],
    },
  },
  'v4/core/core.js': {
    without: [
      '(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});',
      'const pp = globalThis.__zod_globalConfig?.postProcessor;',
      'if (pp)',
      'pp(inst);',
      'const Parent = params?.Parent ?? Object;',
      'class Definition extends Parent {',
      'Object.defineProperty(Definition, "name", { value: name });',
      'Object.defineProperty(_, "name", { value: name });',
      'Object.defineProperty(_, Symbol.hasInstance, {',
      'for (const k in proto) {',
    ],
    always: {
      undefined: ['globalThis.__zod_globalConfig', 'params?.Parent'],
      false: ['"captureStackTrace" in Error'],
    },
  },
  'v4/core/schemas.js': {
    without: [
      'inst ?? (inst = {});',
      'inst._zod.bag = inst._zod.bag || {}; // initialize _bag object',
      'inst._zod.version = version;',
      'const defChecks = inst._zod.def.checks;',
      'for (const ch of checks) {',
      'get "~standard"() {',
      'set "~standard"(value) {',
      'for (const k of allKeys) {',
      'const okeys = util.optionalKeys(def.shape);',
      'keySet: new Set(keys),',
      'numKeys: keys.length,',
      'optionalKeys: new Set(okeys),',
      'const desc = Object.getOwnPropertyDescriptor(def, "shape");',
      'const sh = desc?.get ? desc.get.raw : (def.shape ?? {});',
      'if (sh) {',
      'util.defineLazyInternal(inst, "propValues", (zod) => {',
      'memo?.attach(inst);',
      'if (abortEarly && payload.issues.length !== seen) {',
      'core.globalConfig.memoizer?.guard(inst);',
      'if (ctx.direction === "backward") {',
    ],
    always: {
      '{}': ['memo ? memo.alloc(inst, payload, {}, ctx) : {}'],
      undefined: ['core.globalConfig.memoizer'],
      true: ['checks.length === 0', '!catchall'],
      false: [
        'inst._zod.traits.has("$ZodCheck")',
        'defChecks?.length',
        'r instanceof Promise',
        '_out instanceof Promise',
        'ctx.async',
        'proms.length',
      ],
    },
  },
})
