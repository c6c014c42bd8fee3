/** Of many calls at once that want the same, one does the work, and the others wait for it. */
export const singleFlight = <Wanted>(work: (wanted: Wanted) => Promise<void>): ((wanted: Wanted) => Promise<void>) => {
  const flights = new Map<string, Promise<void>>()
  return (wanted) => {
    const key = JSON.stringify(wanted)
    const flight = flights.get(key) ?? work(wanted).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
