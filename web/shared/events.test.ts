import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents, type StreamEvent } from './events.ts';

function stream(...parts: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      parts.forEach((part) => controller.enqueue(part));
      controller.close();
    },
  });
}
async function read(body: ReadableStream<Uint8Array>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

const text = 'id: 1\nevent: delta\ndata: {"text":"für 😀"}\n\n: heartbeat\n\nid: 2\r\nevent: done\r\ndata: {}\r\n\r\n';
const expected = [
  { id: '1', event: 'delta', data: '{"text":"für 😀"}' },
  { id: '2', event: 'done', data: '{}' },
];

test('events are the same wherever the network cuts them', async () => {
  const bytes = new TextEncoder().encode(text);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(await read(stream(bytes.slice(0, cut), bytes.slice(cut))), expected, `cut at ${cut}`);
  }
  assert.deepEqual(await read(stream(...Array.from(bytes, (byte) => Uint8Array.of(byte)))), expected);
});

test('lines of data are joined, and an event without its end is dropped', async () => {
  const bytes = new TextEncoder().encode('data: a\ndata: b\n\ndata: lost');
  assert.deepEqual(await read(stream(bytes)), [{ id: '', event: 'message', data: 'a\nb' }]);
});
