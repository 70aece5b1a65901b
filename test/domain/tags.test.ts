import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTags } from '../../src/domain/tags.ts'

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'v']))

test('no tags, few tags and the longest ones are fine', () => {
  for (const tags of [
    undefined,
    {},
    { a: '' },
    many(15),
    { ['n'.repeat(256)]: 'v'.repeat(256) },
    { 'ü ': '\n' },
  ])
    checkTags(tags)
})

test('too many or too long ones are refused with the limit', () => {
  for (const [tags, message] of [
    [many(16), /^tags: at most 15 tags are allowed, 16 were sent/],
    [{ '': 'v' }, /^tags: the name of a tag has 1 to 256 characters/],
    [{ ['n'.repeat(257)]: 'v' }, /^tags: the name of a tag has 1 to 256 characters/],
    [{ name: 'v'.repeat(257) }, /^tags: the value of 'name' is longer than 256 characters/],
    [{ ['n'.repeat(256)]: 'v'.repeat(257) }, /^.{1,120}$/],
  ] as const)
    assert.throws(() => checkTags(tags), { code: 'BadParameter', message })
})
