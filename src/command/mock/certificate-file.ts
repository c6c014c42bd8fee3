import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate on the disk. */
export interface CertificateFile {
  readonly path: string
  /** Takes away what nobody asked to keep. */
  discard(): Promise<void>
}

/** Writes what a client must trust to a file: where it was told to, and there it stays, or in a temporary folder. */
export const writeCertificate = async (pem: string, wanted: string | undefined): Promise<CertificateFile> => {
  if (wanted !== undefined) {
    await writeFile(wanted, pem)
    return { path: wanted, discard: async () => {} }
  }
  const folder = await mkdtemp(join(tmpdir(), 'bearward-mock-'))
  const path = join(folder, 'certificate.pem')
  await writeFile(path, pem)
  return { path, discard: () => rm(folder, { recursive: true, force: true }) }
}
