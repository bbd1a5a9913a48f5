import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import { answer } from './answer.js';
import { embed, open } from './library.js';

let pool, asked, said;
before(async () => { pool = await open(); });
after(() => pool.end());
const ask = (question, tenant = 'acme') => {
  asked = null;
  return answer({ pool, embed, model: async (instructions, input) => { asked = input; return said; } }, { tenant, question });
};

test('an answer names its sources', async () => {
  said = 'Refunds take up to five days [1].';
  const { text, sources } = await ask('When do I get my money back?');
  assert.deepEqual([text, sources], [said, [{ n: 1, id: 1, title: 'Refunds' }]]);
});

test('the sources of another tenant are never seen', async () => {
  said = 'None [1].';
  await ask('refund');
  assert.ok(!asked.includes('We give no refunds'));
  await ask('refund', 'other');
  assert.ok(asked.includes('We give no refunds') && !asked.includes('five days'));
});

test('what no source holds is not asked, and not invented', async () => {
  assert.deepEqual(await ask('zebra crossing'), { text: null, reason: 'nothing found' });
  assert.equal(asked, null);
  for (const [text, reason] of [['UNKNOWN', 'not in the sources'], ['UNKNOWN [1].', 'not in the sources'], ['_UNKNOWN_ [1].', 'not in the sources'], ['The sources say: UNKNOWN [1].', 'not in the sources'], ['Five days.', 'cites no source of ours'], ['Five days [9].', 'cites no source of ours'], ['Five days [1]. To a card [1, 9].', 'cites no source of ours'], ['Five days [1]. To a card [Source 9].', 'cites no source of ours']]) {
    said = text;
    assert.deepEqual(await ask('refund'), { text: null, reason });
  }
});

test('a code in brackets is no number of a source', async () => {
  said = 'The terminal shows [E-4711] [1].';
  assert.deepEqual((await ask('refund')).sources.map(({ n }) => n), [1]);
});

test('a question may be as long as a book, or hold a NUL', async () => {
  said = 'Within five days [1].';
  for (const more of [Array.from({ length: 20_000 }, (_, i) => `word${i}`).join(' '), '\0']) {
    assert.deepEqual((await ask(`refund ${more}`)).sources.map(({ id }) => id), [1]);
  }
});

test('passages without a direction do not push out those that have one', async () => {
  await pool.query(`INSERT INTO passage SELECT n, 'acme', 'Nothing', 'known', '{0,0,0}' FROM generate_series(100, 125) AS n`);
  said = 'Within five days [1].';
  assert.deepEqual((await ask('How much does it cost?')).sources.map(({ id }) => id), [1]);
});
