// Imports the module it is told to, and prints the milliseconds that took.
const started = performance.now()
await import(process.argv[2])
console.log(performance.now() - started)
