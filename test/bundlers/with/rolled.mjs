/** What rollup or rolldown has made. */
export const rolled = (output, warnings) => {
  const chunks = output.filter(({ type }) => type === 'chunk')
  const named = (fileName) => chunks.find((chunk) => chunk.fileName === fileName)
  const entry = chunks.find(({ isEntry }) => isEntry)
  const first = new Set()
  const add = (chunk) => {
    if (!chunk || first.has(chunk)) return
    first.add(chunk)
    for (const fileName of chunk.imports) add(named(fileName))
  }
  add(entry)
  return {
    entry: entry.fileName,
    warnings,
    chunks: chunks.map((chunk) => ({
      file: chunk.fileName,
      isFirst: first.has(chunk),
      modules: Object.keys(chunk.modules).filter((module) => chunk.modules[module].renderedLength > 0),
      imports: [...chunk.imports, ...chunk.dynamicImports].filter((fileName) => !named(fileName)),
    })),
  }
}
