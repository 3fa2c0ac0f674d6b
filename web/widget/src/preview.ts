// The widget in the dashboard's designer: the same view, with an example in place of the server.
import type { ChatAnswer, WidgetConfig } from '../../shared/api.ts';
import { mount } from './view.ts';

const example = 'Refunds are available within 30 days of purchase.';

export function preview(place: HTMLElement, config: WidgetConfig): () => void {
  const host = document.createElement('div');
  place.append(host);
  const excerpt = { title: 'billing-faq.pdf', filename: 'billing-faq.pdf', excerpt: example, pageNumber: 2, documentId: '', version: 1, textSha256: '', start: 0, end: 0, score: 1 };
  const answer: ChatAnswer = { answer: example, sessionId: '', answered: true, messageId: 'example', sources: [excerpt], citations: [{ answerStart: 0, answerEnd: example.length, source: 0, support: 'verbatim' }] };
  const none: ChatAnswer = { answer: 'The documents don’t say.', sessionId: '', answered: false };
  let asked = 0;
  mount(
    host,
    { ...config, questionMaxLength: 1000 },
    { turns: [], keep: () => {}, forget: () => {}, rate: async () => {}, ask: async () => (asked++ % 2 ? none : answer) },
    true,
  );
  return () => host.remove();
}
