import { createServer } from 'node:http'

/** A process of its own, so that the programs it answers share no event loop with it. */
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"access_token":"token","token_type":"bearer","expires_in":3600}')
  })
})
server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/token`))
process.once('disconnect', () => process.exit())
