// Each runs as one step of the server, over one key. A record is its version, always as long, followed by the value.
// PUBLISH comes before the change: if the user of the connection may not publish, nothing is half done. Nobody hears it before the
// script has ended.

/** @returns the record and the server's time in milliseconds, or nothing. */
export const readScript = `
local record = redis.call('GET', KEYS[1])
if not record then return false end
local time = redis.call('TIME')
return { record, time[1] * 1000 + math.floor(time[2] / 1000) }`

/**
 * Values: channel ('' to tell nobody), message, expected version ('' where nothing is), new version, value, and what SET takes beside them.
 * @returns 1 if written. A driver that lost the connection may send it twice: the second time, its own version is there.
 */
export const writeScript = `
local version = redis.call('GETRANGE', KEYS[1], 0, 35)
if version == ARGV[4] then return 1 end
if version ~= ARGV[3] then return 0 end
if ARGV[1] ~= '' then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
redis.call('SET', KEYS[1], ARGV[4] .. ARGV[5], unpack(ARGV, 6))
return 1`

/** Values: channel, message, expected version. @returns 1 if deleted. */
export const deleteScript = `
if redis.call('GETRANGE', KEYS[1], 0, 35) ~= ARGV[3] then return 0 end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return redis.call('DEL', KEYS[1])`

/** Values: owner, lease in milliseconds. @returns 0 if it is the owner's now, else for how long it is another's. */
export const acquireScript = `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return math.max(1, redis.call('PTTL', KEYS[1])) end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0`

/** Values: owner, lease in milliseconds. @returns 1 if it still was the owner's. */
export const extendScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** Values: channel, message, owner. @returns 1 if it was the owner's. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[3] then return 0 end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return redis.call('DEL', KEYS[1])`
