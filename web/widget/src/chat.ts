// The visitor's side of the API: a token for this page, questions, streamed or whole answers, ratings.
import type { ChatAnswer, Citation, PublicWidgetConfig, Rating, Source } from '../../shared/api.ts';
import { readEvents } from '../../shared/events.ts';

export type Config = PublicWidgetConfig;

// What grows while an answer arrives; `done` when it is whole.
export interface Partial {
  answer: string;
  sources: Source[];
  citations: Citation[];
  answered: boolean;
  messageId?: string;
}

export class ChatError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

// A stream that ended before its answer was whole, and cannot be gone on with: it is asked for anew.
class Interrupted extends Error {}

const tries = 4;
const newKey = () => crypto.randomUUID?.() ?? String(Math.random()).slice(2) + Date.now();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class Chat {
  private token: string | null = null;
  sessionId: string | undefined;
  conversationId: string | undefined;

  constructor(
    private readonly api: string,
    private readonly project: string,
    token: string | null,
    private readonly keepToken: (token: string) => void,
  ) {
    this.token = token;
  }

  // Null where the widget must not appear: project not live, widget off, or this page's origin not listed.
  async config(): Promise<Config | null> {
    const path = `${this.api}/v1/widget/${encodeURIComponent(this.project)}/config`;
    const answer = await fetch(path, this.token ? { headers: { Authorization: `Bearer ${this.token}` } } : {});
    if (!answer.ok) return null;
    const config = (await answer.json()) as Config;
    if (!config.visitorToken) return null;
    this.token = config.visitorToken;
    this.keepToken(this.token);
    return config;
  }

  // Asks, and asks again with the same key when the line breaks: the server goes on where it was.
  async ask(question: string, onPart: (part: Partial) => void): Promise<ChatAnswer> {
    let key = newKey();
    let part: Partial = { answer: '', sources: [], citations: [], answered: true };
    let lastEvent = '';
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.post('/v1/chat', this.body(question), {
          Accept: 'text/event-stream, application/json',
          'Idempotency-Key': key,
          ...(lastEvent ? { 'Last-Event-ID': lastEvent } : {}),
        });
        const whole = await this.read(answer, part, onPart, (id) => (lastEvent = id));
        this.sessionId = whole.sessionId;
        this.conversationId = whole.conversationId ?? this.conversationId;
        return whole;
      } catch (error) {
        const status = error instanceof ChatError ? error.status : 0;
        if (status === 401 && !renewed && (renewed = true) && (await this.config())) continue;
        if (error instanceof Interrupted) {
          key = newKey();
          lastEvent = '';
          part = { answer: '', sources: [], citations: [], answered: true };
        }
        if (attempt >= tries || (status && status !== 503)) throw error;
        await pause(400 * 2 ** attempt);
      }
    }
  }

  rate(messageId: string, rating: Rating): Promise<unknown> {
    return this.post('/v1/chat/feedback', { messageId, rating }, {});
  }

  private body(question: string) {
    return {
      question,
      ...(this.sessionId ? { sessionId: this.sessionId } : {}),
      ...(this.conversationId ? { conversationId: this.conversationId } : {}),
    };
  }

  private async post(path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    const answer = await fetch(this.api + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${this.token}`, ...headers },
      body: JSON.stringify(body),
    });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as { error?: string };
    throw new ChatError(answer.status, problem.error ?? '');
  }

  private async read(answer: Response, part: Partial, onPart: (part: Partial) => void, seen: (id: string) => void): Promise<ChatAnswer> {
    if (!answer.headers.get('Content-Type')?.startsWith('text/event-stream')) return (await answer.json()) as ChatAnswer;
    for await (const { id, event, data } of readEvents(answer.body!)) {
      const value = JSON.parse(data);
      if (id) seen(id);
      if (event === 'final') return value as ChatAnswer;
      if (event === 'error') throw value.retryable ? new Interrupted(value.error) : new ChatError(value.status ?? 502, value.error ?? '');
      if (event === 'sources') part.sources.push(...(value.sources as Source[]));
      else if (event === 'delta') part.answer += value.text;
      else if (event === 'citation') part.citations.push(value as Citation);
      else continue;
      onPart(part);
    }
    throw new TypeError('The line broke');
  }
}
