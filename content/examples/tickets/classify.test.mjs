import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer } from 'node:http';
import { once } from 'node:events';

let asked, said;
const provider = createServer(async (req, res) => {
  asked = JSON.parse(Buffer.concat(await req.toArray()));
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
    id: 'r1', object: 'response', status: 'completed', ...said,
    output: said.text === undefined ? [] : [{ type: 'message', role: 'assistant', id: 'm1', status: 'completed',
      content: [{ type: 'output_text', text: said.text, annotations: [] }] }],
  }));
}).listen(0, '127.0.0.1');
await once(provider, 'listening');
Object.assign(process.env, { OPENAI_BASE_URL: `http://127.0.0.1:${provider.address().port}/v1`, OPENAI_API_KEY: 'k', AI_MODEL: 'm' });
const { classify } = await import('./classify.ts');
const good = { evidence: 'Invoice 17 is wrong', category: 'billing', invoiceNumber: '17', urgent: false };
const ask = (answer) => { said = answer; return classify('Invoice 17 is wrong', AbortSignal.timeout(5000)); };

test('the schema goes along, strictly, and a good answer comes back', async () => {
  assert.deepEqual(await ask({ text: JSON.stringify(good) }), good);
  const { type, strict, schema } = asked.text.format;
  assert.deepEqual([type, strict, schema.required], ['json_schema', true, Object.keys(good)]);
  assert.deepEqual([asked.model, asked.max_output_tokens], ['m', 400]);
});

for (const [what, answer, message] of [
  ['a word that is no category', { text: JSON.stringify({ ...good, category: 'sales' }) }, /category/],
  ['a truncated answer', { text: '{"evid', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, /incomplete: max_output_tokens/],
  ['no answer', {}, /refused/],
]) {
  test(`${what} is an error`, async () => { await assert.rejects(ask(answer), message); });
}
