// npm's @anthropic-ai/sdk against the simulator. A stream's end is sent as Anthropic sends it.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { base, chart, check, look, picture, pictureSaid, rejection, runAll } from './checks.mjs';

const common = { model: 'step-3.7-flash', max_tokens: 1000 };
const hello = [{ role: 'user', content: 'Hello there' }];
const tools = [{ name: 'look', description: 'shows a part', input_schema: look }];

function client(segments = '') {
  return new Anthropic({ apiKey: 'a-key', baseURL: `${base}/stop-in-delta${segments}`, maxRetries: 0 });
}

function textOf(message) {
  return message.content.map((block) => block.text ?? '').join('');
}

check('answers whole', async () => {
  const message = await client().messages.create({ ...common, system: 'Be brief.', messages: hello });
  assert.match(textOf(message), /no model runs here[^]*Hello there/);
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(message.usage.input_tokens > 0 && message.usage.output_tokens > 0);
});

check('streams', async () => {
  const stream = client().messages.stream({ ...common, messages: hello });
  let text = '';
  stream.on('text', (delta) => (text += delta));
  const message = await stream.finalMessage();
  assert.equal(textOf(message), text);
  assert.match(text, /Hello there/);
  assert.equal(message.stop_reason, 'end_turn');
  assert.ok(message.usage.output_tokens > 0);
});

check('streams whatever the bytes are split into', async () => {
  const message = await client('/split=1/crlf').messages.stream({ ...common, messages: hello }).finalMessage();
  assert.match(textOf(message), /Hello there/);
});

check('streams thinking', async () => {
  const message = await client('/reasoning=4').messages.stream({ ...common, messages: hello }).finalMessage();
  assert.equal(message.content[0].type, 'thinking');
  assert.match(message.content[0].thinking, /Thought 4 of 4/);
  assert.ok(message.content[0].signature.length > 0);
  assert.equal(message.content[1].type, 'text');
});

check('sees a picture', async () => {
  const source = { type: 'base64', media_type: 'image/png', data: picture.toString('base64') };
  const message = await client().messages.create({
    ...common,
    messages: [{ role: 'user', content: [{ type: 'image', source }, { type: 'text', text: 'What is this?' }] }],
  });
  assert.match(textOf(message), pictureSaid);
});

check('calls a tool, whole and streamed', async () => {
  const api = client('/tools=1');
  const first = await api.messages.create({ ...common, messages: hello, tools });
  const streamed = await api.messages.stream({ ...common, messages: hello, tools }).finalMessage();
  for (const message of [first, streamed]) {
    const call = message.content.find((block) => block.type === 'tool_use');
    assert.equal(message.stop_reason, 'tool_use');
    assert.deepEqual(call.input, { x: 10, y: 20, width: 100, height: 80 });
  }
  const call = first.content[0];
  const second = await api.messages.create({
    ...common,
    tools,
    messages: [
      ...hello,
      { role: 'assistant', content: first.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'a red cat' }] },
    ],
  });
  assert.match(textOf(second), /Tool result 1: “a red cat”/);
  assert.match(textOf(second), /Hello there/);
});

check('is made to call a tool', async () => {
  const message = await client().messages.create({
    ...common,
    messages: hello,
    tools,
    tool_choice: { type: 'tool', name: 'look' },
  });
  assert.equal(message.content[0].name, 'look');
});

check('fits a JSON schema', async () => {
  const message = await client().messages.create({
    ...common,
    messages: hello,
    output_config: { format: { type: 'json_schema', schema: chart } },
  });
  const value = JSON.parse(textOf(message));
  assert.deepEqual(Object.keys(value), ['title', 'kind', 'points']);
  assert.equal(value.points.length, 2);
});

check('stops where it is told to', async () => {
  const message = await client().messages.create({ ...common, messages: hello, stop_sequences: ['runs here'] });
  assert.equal(message.stop_reason, 'stop_sequence');
  assert.equal(message.stop_sequence, 'runs here');
  const cut = await client().messages.create({ ...common, max_tokens: 3, messages: hello });
  assert.equal(cut.stop_reason, 'max_tokens');
});

check('counts tokens', async () => {
  const { max_tokens, ...rest } = common;
  const count = await client().messages.countTokens({ ...rest, messages: hello });
  const message = await client('/reasoning=0').messages.create({ ...rest, max_tokens, messages: hello });
  const { input_tokens, cache_read_input_tokens = 0 } = message.usage;
  assert.equal(count.input_tokens, input_tokens + cache_read_input_tokens);
});

check('types its errors', async () => {
  const classes = {
    400: [Anthropic.BadRequestError, 'invalid_request_error'],
    401: [Anthropic.AuthenticationError, 'authentication_error'],
    403: [Anthropic.PermissionDeniedError, 'permission_error'],
    404: [Anthropic.NotFoundError, 'not_found_error'],
    429: [Anthropic.RateLimitError, 'rate_limit_error'],
    500: [Anthropic.InternalServerError, 'api_error'],
    503: [Anthropic.InternalServerError, 'overloaded_error'],
  };
  for (const [status, [kind, type]] of Object.entries(classes)) {
    const error = await rejection(client(`/status=${status}`).messages.create({ ...common, messages: hello }));
    assert.ok(error instanceof kind, `${status} is ${error.constructor.name}`);
    assert.equal(error.error.error.type, type);
  }
});

check('retries by itself', async () => {
  const api = new Anthropic({ apiKey: 'a-key', baseURL: `${base}/times=1/status=503/retry-after=0`, maxRetries: 1 });
  assert.match(textOf(await api.messages.create({ ...common, messages: hello })), /Hello there/);
});

check('tells an error within a stream', async () => {
  const stream = client('/error-event=4').messages.stream({ ...common, messages: hello });
  assert.ok((await rejection(stream.finalMessage())) instanceof Anthropic.APIError);
});

check('aborts', async () => {
  const stream = client('/lines=100000/pace=200').messages.stream({ ...common, max_tokens: 1000000, messages: hello });
  stream.on('text', () => stream.abort());
  assert.ok((await rejection(stream.finalMessage())) instanceof Anthropic.APIUserAbortError);
});

await runAll();
