// Loaded with `node --import`: a child process of a test runs the sources as they are, whose imports name the files to be built.
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      context.parentURL?.endsWith('.ts') && specifier.startsWith('.') ? specifier.replace(/\.js$/, '.ts') : specifier,
      context,
    ),
})
