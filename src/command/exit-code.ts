/** How the command ends. */
export const exitCode = {
  done: 0,
  /** The server or the network said no, or a file could not be had. */
  refused: 1,
  /** The command was not understood, and nothing was sent. */
  usage: 2,
  /** 128 and the number of the signal, as a shell counts. */
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const
