import { styleText } from 'node:util'

const width = 114

/** Breaks a long line between words, and lines up what follows. */
const wrapped = (mark: string, text: string): readonly string[] => {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line && line.length + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines.map((line, index) => `    ${index ? ' ' : mark} ${line}`)
}

// Both ask the stream: no colours where it is no terminal, or NO_COLOR is set.
const bold = (text: string) => styleText('bold', text, { stream: process.stdout })
const colours = { '→': 'cyan', '←': 'yellow', '=': 'green' } as const

/** The account of the tour: what was sent (`→`), what came back (`←`), and what the SDK made of it (`=`). */
export interface Account {
  section(title: string, facts: string): void
  /** One line under the step that is under way. */
  note(mark: '→' | '←' | '=', text: string): void
  /**
   * Does a step and tells of it; `told` says what the SDK made of it, where that is worth a line. Throws an error that
   * names the step unless it holds.
   */
  step<Made>(title: string, work: () => Promise<Made>, told?: (made: Made) => string): Promise<Made>
}

export const createAccount = (print: (line: string) => void = console.log): Account => {
  let sectionTitle = ''
  let lines: string[] = []
  const note: Account['note'] = (mark, text) => {
    lines.push(
      ...wrapped(mark, text).map((line) =>
        line.replace(mark, styleText(colours[mark], mark, { stream: process.stdout })),
      ),
    )
  }
  return {
    note,
    section: (title, facts) => {
      sectionTitle = title
      print('')
      print(`${bold(title)}  ${facts}`)
    },
    step: async (title, work, told) => {
      lines = []
      let mark = styleText('green', '✓', { stream: process.stdout })
      try {
        const made = await work()
        if (told) note('=', told(made))
        return made
      } catch (error) {
        mark = styleText('red', '✗', { stream: process.stdout })
        lines.push(...wrapped('✗', error instanceof Error ? error.message : `${error}`))
        throw new Error(`${sectionTitle}: ${title}`, { cause: error })
      } finally {
        print(`  ${mark} ${title}`)
        for (const line of lines) print(line)
      }
    },
  }
}
