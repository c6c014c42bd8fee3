/** A page for the user's browser. */
export interface Page {
  readonly status: number
  readonly html: string
}

const pageOf = (status: number, title: string, text: string): Page => ({
  status,
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`,
})

export const successPage: Page = pageOf(200, 'Logged in', 'You can close this page and go back to the program.')

export const failurePage: Page = pageOf(400, 'Not logged in', 'Go back to the program: it says why.')

/** None of them says what came: it may be an attacker who asks. */
export const strayPages: Readonly<Record<'foreign' | 'host' | 'path' | 'method', Page>> = {
  foreign: pageOf(400, 'Not expected', 'This is not the answer that is waited for.'),
  host: pageOf(421, 'Not here', 'This server is not under that name.'),
  path: pageOf(404, 'Not found', 'Nothing is here.'),
  method: pageOf(405, 'Not allowed', 'Only GET is answered here.'),
}
