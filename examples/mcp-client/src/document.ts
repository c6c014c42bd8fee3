// npm run document: the client metadata document, to be served as JSON at the very URL that is the client's id.
import { clientIdMetadataDocument } from 'bearward'
import { documentUrl, metadata } from './metadata.ts'

if (!documentUrl) throw new Error('CLIENT_DOCUMENT_URL is not set: where will the document be?')
console.log(JSON.stringify(await clientIdMetadataDocument(documentUrl, metadata), null, 2))
