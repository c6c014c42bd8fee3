import type { MockContext } from '../state.js'

/**
 * What the server's own clock says, which is wrong where a fault has it so: epoch milliseconds. What lives and ends goes by
 * the true one.
 */
export const wallClock = ({ clock, skewMs }: Pick<MockContext, 'clock' | 'skewMs'>): number => clock.now() + skewMs
