// npm's openai against the simulator.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';
import { base, chart, check, look, picture, pictureSaid, rejection, runAll } from './checks.mjs';

const model = 'step-3.7-flash';
const hello = [{ role: 'user', content: 'Hello there' }];

function client(segments = '') {
  return new OpenAI({ apiKey: 'a-key', baseURL: `${base}${segments}/v1`, maxRetries: 0 });
}

const tools = [{ type: 'function', function: { name: 'look', parameters: look } }];

function withPicture(url) {
  return [
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url, detail: 'low' } },
        { type: 'text', text: 'What is this?' },
      ],
    },
  ];
}

check('answers whole', async () => {
  const answer = await client().chat.completions.create({ model, messages: hello });
  assert.match(answer.choices[0].message.content, /no model runs here[^]*Hello there/);
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
});

check('gives alternatives', async () => {
  const answer = await client().chat.completions.create({ model, messages: hello, n: 3 });
  assert.deepEqual(answer.choices.map((choice) => choice.index), [0, 1, 2]);
  assert.match(answer.choices[2].message.content, /Alternative 3 of 3/);
});

check('streams', async () => {
  const stream = client().chat.completions.stream({ model, messages: hello });
  let text = '';
  stream.on('content', (delta) => (text += delta));
  const answer = await stream.finalChatCompletion();
  assert.equal(answer.choices[0].message.content, text);
  assert.match(text, /Hello there/);
  assert.equal(answer.choices[0].finish_reason, 'stop');
});

check('streams whatever the bytes are split into', async () => {
  const stream = await client('/split=1/crlf').chat.completions.create({ model, messages: hello, stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0].delta.content ?? '';
  assert.match(text, /Hello there/);
});

check('sees a picture', async () => {
  const url = `data:image/png;base64,${picture.toString('base64')}`;
  const answer = await client().chat.completions.create({ model, messages: withPicture(url) });
  assert.match(answer.choices[0].message.content, pictureSaid);
});

check('calls a tool, whole', async () => {
  const api = client('/tools=1');
  const first = await api.chat.completions.create({ model, messages: hello, tools });
  const { message, finish_reason } = first.choices[0];
  assert.equal(finish_reason, 'tool_calls');
  assert.equal(message.content, null);
  assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { x: 10, y: 20, width: 100, height: 80 });
  const second = await api.chat.completions.create({
    model,
    tools,
    messages: [...hello, message, { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'a red cat' }],
  });
  assert.match(second.choices[0].message.content, /Tool result 1: “a red cat”/);
});

check('calls tools, streamed', async () => {
  const stream = client('/tools=1/tools-at-once=2').chat.completions.stream({ model, messages: hello, tools });
  const answer = await stream.finalChatCompletion();
  const calls = answer.choices[0].message.tool_calls;
  assert.equal(calls.length, 2);
  assert.notEqual(calls[0].id, calls[1].id);
  for (const call of calls) assert.equal(JSON.parse(call.function.arguments).width, 100);
});

check('runs its own tool loop', async () => {
  const asked = [];
  const run = client('/tools=2').chat.completions.runTools({
    model,
    messages: hello,
    tools: [
      {
        type: 'function',
        function: {
          name: 'look',
          parameters: look,
          parse: JSON.parse,
          function: (area) => {
            asked.push(area.x);
            return `part ${asked.length}`;
          },
        },
      },
    ],
  });
  assert.match(await run.finalContent(), /Tool result 1: “part 1”[^]*Tool result 2: “part 2”/);
  assert.deepEqual(asked, [10, 20]);
});

check('fits a JSON schema', async () => {
  const answer = await client().chat.completions.create({
    model,
    messages: hello,
    response_format: { type: 'json_schema', json_schema: { name: 'chart', strict: true, schema: chart } },
  });
  const value = JSON.parse(answer.choices[0].message.content);
  assert.deepEqual(Object.keys(value), ['title', 'kind', 'points']);
  assert.equal(value.kind, 'bar');
  assert.equal(value.points.length, 2);
  assert.ok(value.points[0].label.length <= 8);
  assert.equal(typeof value.points[0].value, 'number');
});

check('tells a refusal', async () => {
  const stream = client('/refusal').chat.completions.stream({ model, messages: hello });
  const answer = await stream.finalChatCompletion();
  assert.match(answer.choices[0].message.refusal, /nobody can help/);
});

check('keeps files', async () => {
  const api = client();
  const file = await api.files.create({ file: await toFile(picture, 'red.png'), purpose: 'storage' });
  assert.equal(file.bytes, picture.length);
  assert.equal(file.filename, 'red.png');
  const all = await api.files.list();
  assert.ok(all.data.some((one) => one.id === file.id));
  assert.deepEqual(await api.files.retrieve(file.id), file);
  const answer = await api.chat.completions.create({ model, messages: withPicture(`stepfile://${file.id}`) });
  assert.match(answer.choices[0].message.content, pictureSaid);
  assert.equal((await rejection(api.files.content(file.id))).status, 404);
  assert.equal((await api.files.delete(file.id)).deleted, true);
  assert.ok((await rejection(api.files.retrieve(file.id))) instanceof OpenAI.NotFoundError);
});

check('gives a text file back', async () => {
  const api = client();
  const file = await api.files.create({ file: await toFile(Buffer.from('some words'), 'a.txt'), purpose: 'file-extract' });
  assert.equal(await (await api.files.content(file.id)).text(), 'some words');
});

check('lists models', async () => {
  const ids = [];
  for await (const one of client('/strict=stepfun').models.list()) ids.push(one.id);
  assert.ok(ids.includes(model) && !ids.includes('stepfun/step-3.7-flash'));
  assert.equal((await client().models.retrieve('step-5-preview')).id, 'step-5-preview');
});

check('types its errors', async () => {
  const classes = {
    400: OpenAI.BadRequestError,
    401: OpenAI.AuthenticationError,
    403: OpenAI.PermissionDeniedError,
    404: OpenAI.NotFoundError,
    429: OpenAI.RateLimitError,
    500: OpenAI.InternalServerError,
    503: OpenAI.InternalServerError,
  };
  for (const [status, kind] of Object.entries(classes)) {
    const error = await rejection(client(`/status=${status}`).chat.completions.create({ model, messages: hello }));
    assert.ok(error instanceof kind, `${status} is ${error.constructor.name}`);
    assert.equal(error.status, Number(status));
    assert.ok(error.type.length > 0);
  }
});

check('retries by itself', async () => {
  const api = new OpenAI({ apiKey: 'a-key', baseURL: `${base}/times=1/status=429/retry-after=0/v1`, maxRetries: 1 });
  const answer = await api.chat.completions.create({ model, messages: hello });
  assert.match(answer.choices[0].message.content, /Hello there/);
});

check('tells an error within a stream', async () => {
  const stream = await client('/error-event=2').chat.completions.create({ model, messages: hello, stream: true });
  const error = await rejection(
    (async () => {
      for await (const chunk of stream) assert.ok(chunk.choices);
    })(),
  );
  assert.ok(error instanceof OpenAI.APIError);
});

check('aborts', async () => {
  const stream = await client('/lines=100000/pace=200').chat.completions.create({ model, messages: hello, stream: true });
  let chunks = 0;
  for await (const chunk of stream) {
    assert.ok(chunk.id);
    if (++chunks === 3) stream.controller.abort();
  }
  assert.equal(chunks, 3);
});

check('aborts before an answer', async () => {
  const controller = new AbortController();
  const asked = client('/silent').chat.completions.create({ model, messages: hello }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  assert.ok((await rejection(asked)) instanceof OpenAI.APIUserAbortError);
});

await runAll();
