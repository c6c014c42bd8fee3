import type { Adapter, AdapterPayload } from 'oidc-provider'

const seconds = (): number => Math.floor(Date.now() / 1000)

/** The memory of one provider: its own one is shared by all of a process, and warns that it is not for production. */
export const memoryStore = (): ((model: string) => Adapter) => {
  const records = new Map<string, AdapterPayload>()
  return (model) => {
    const search = async (wanted: Partial<AdapterPayload>) =>
      [...records].find(
        ([key, record]) =>
          key.startsWith(`${model}:`) && Object.entries(wanted).every(([name, value]) => record[name] === value),
      )?.[1]
    return {
      find: async (id) => records.get(`${model}:${id}`),
      findByUid: (uid) => search({ uid }),
      findByUserCode: (userCode) => search({ userCode }),
      upsert: async (id, payload) => {
        records.set(`${model}:${id}`, payload)
      },
      consume: async (id) => {
        const record = records.get(`${model}:${id}`)
        if (record) record.consumed = seconds()
      },
      destroy: async (id) => {
        records.delete(`${model}:${id}`)
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, record] of records) {
          if (key.startsWith(`${model}:`) && record.grantId === grantId) records.delete(key)
        }
      },
    }
  }
}
