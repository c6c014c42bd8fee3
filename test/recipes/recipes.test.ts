import { expect, it } from 'vitest'
import { complaintsOf } from '../structure/snippets.js'
import { folder } from './recipe-files.js'

it.each([folder, 'test/recipes'])('the code in %s compiles', (place) => {
  expect(complaintsOf(place)).toBe('')
})
