import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { child, children, escapeXml, readXml, textOf } from '../../../../src/challenges/dns-01/clouds/xml.ts'

describe('XML', () => {
  test('is read into elements and text', () => {
    const root = readXml(
      `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<Answer xmlns="https://route53.amazonaws.com/doc/2013-04-01/">\n <Item><Value>&quot;a &lt;b&gt; &amp; &#x1F600;&#233;&apos;&quot;</Value></Item>\n <Item/><Item a='1' ></Item >\n</Answer>\n`,
    )
    assert.equal(root?.name, 'Answer')
    assert.equal(children(root, 'Item').length, 3)
    assert.equal(textOf(child(root, 'Item'), 'Value'), `"a <b> & 😀é'"`)
    assert.equal(textOf(children(root, 'Item')[1], 'Value'), undefined)
    assert.equal(child(undefined, 'Item'), undefined)
  })

  const refused = {
    nothing: '',
    'no element': 'text',
    'two roots': '<a/><b/>',
    'text behind the root': '<a/>b',
    'text before the root': 'b<a/>',
    'text between elements': '<a>b<c/></a>',
    'an element that is not closed': '<a><b></a>',
    'an element that is closed twice': '<a/></a>',
    'a document type': '<!DOCTYPE a><a/>',
    'an entity of its own': '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    'an entity that nobody knows': '<a>&toString;</a>',
    'an ampersand alone': '<a>a & b</a>',
    'half of a character': '<a>&#xD800;</a>',
    'no character': '<a>&#0;</a>',
    'a character beyond all': '<a>&#x110000;</a>',
    'a comment': '<a><!-- b --></a>',
    'a processing instruction': '<a><?b?></a>',
    CDATA: '<a><![CDATA[b]]></a>',
    'an attribute without a value': '<a b/>',
    'too great a depth': `${'<a>'.repeat(17)}${'</a>'.repeat(17)}`,
    'too many elements': `<a>${'<b/>'.repeat(50_000)}</a>`,
    HTML: '<!doctype html><html><body><p>Sorry<br>Bad gateway</body></html>',
  }
  for (const [what, document] of Object.entries(refused))
    test(`is none with ${what}`, () => {
      assert.equal(readXml(document), undefined)
    })

  test('gives back every text that was written', () => {
    for (const text of ['', '<&>"\'', '&amp;', ']]>', 'é😀', '"say \\"hello\\""']) {
      const root = readXml(`<a><b>x${escapeXml(text)}x</b></a>`)
      assert.equal(textOf(root, 'b'), `x${text}x`)
    }
  })

  test('is read or refused, however it is damaged', () => {
    const document = '<a b="c"><d>e&amp;f</d><g/></a>'
    const parts = ['<', '>', '/', '&', '"', ';', 'x', '']
    for (let at = 0; at < document.length; at++)
      for (const part of parts) {
        const root = readXml(document.slice(0, at) + part + document.slice(at + 1))
        assert.ok(root === undefined || typeof root.name === 'string')
      }
  })
})
