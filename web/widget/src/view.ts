// The widget as visitors meet it: a quiet button, a panel, an answer with its sources beneath. Lives in a closed shadow
// root; the page sees one empty element.
import type { ChatAnswer, Rating } from '../../shared/api.ts';
import { parseMarkdown, withMarks } from '../../shared/markdown.ts';
import type { Config, Partial } from './chat.ts';
import { blocks, el, icon } from './dom.ts';
import { style } from './style.ts';

export interface Turn {
  question: string;
  answer?: Partial;
  rating?: Rating;
}

export interface Actions {
  ask(question: string, onPart: (part: Partial) => void): Promise<ChatAnswer>;
  rate(messageId: string, rating: Rating): Promise<unknown>;
  turns: Turn[];
  // Called after every change of `turns`.
  keep(): void;
  forget(): void;
}

type Look = Pick<Config, 'displayName' | 'welcomeMessage' | 'theme' | 'suggestedQuestions' | 'showSources' | 'contactText' | 'questionMaxLength'>;

const paths = {
  chat: 'M2.5 3.5h11v7.5H8L5 13.5V11H2.5z',
  close: 'm4 4 8 8M12 4l-8 8',
  good: 'M6.4 14H3.2V7.5h3.2m0 6.5V7.5L8.6 2c1 0 1.7.8 1.5 1.8l-.5 2.7h2.9c.9 0 1.5.8 1.3 1.7l-1 4.6c-.2.7-.7 1.2-1.4 1.2z',
  bad: 'M9.6 2h3.2v6.5H9.6m0-6.5v6.5L7.4 14c-1 0-1.7-.8-1.5-1.8l.5-2.7H3.5c-.9 0-1.5-.8-1.3-1.7l1-4.6C3.4 2.5 3.9 2 4.6 2z',
};

// White or near-black, whichever reads better on the colour (WCAG's relative luminance).
export function readableOn(colour: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.0555 ? '#fff' : '#0d1117';
}

export function mount(host: HTMLElement, look: Look, actions: Actions, inline = false): void {
  // What is inherited comes through the host: nothing that the page says of every element may.
  if (!inline) host.style.setProperty('all', 'initial', 'important');
  const shadow = host.attachShadow({ mode: 'closed' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  shadow.adoptedStyleSheets = [sheet];

  const rtl = (host.closest('[dir]') as HTMLElement | null)?.dir === 'rtl';
  const root = el('div', { class: `root ${look.theme.position} ${inline ? 'inline' : ''}`, dir: rtl ? 'rtl' : 'ltr' });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paint = () => root.classList.toggle('dark', look.theme.mode === 'dark' || (look.theme.mode === 'auto' && dark.matches));
  dark.addEventListener('change', paint);
  paint();
  root.style.setProperty('--accent', look.theme.primaryColor);
  root.style.setProperty('--on-accent', readableOn(look.theme.primaryColor));

  const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', tabindex: '0', 'aria-label': 'Conversation' });
  const field = el('textarea', {
    'aria-label': 'Your question',
    placeholder: 'Ask a question',
    rows: '1',
    dir: 'auto',
    maxlength: String(look.questionMaxLength),
    input: () => (send.disabled = busy || !field.value.trim()),
    keydown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    },
  });
  const send = el('button', { class: 'send', type: 'submit', disabled: true }, 'Send');
  const form = el('form', { submit: (event: Event) => (event.preventDefault(), submit()) }, field, send);
  const title = el('h2', { id: 'title', dir: 'auto' }, look.displayName);
  const clear = el('button', { class: 'tool', type: 'button', click: forget }, 'Clear');
  const close = el('button', { class: 'tool', type: 'button', 'aria-label': 'Close', click: () => show(false) }, icon(paths.close));
  const panel = el(
    'div',
    { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', keydown: (event: KeyboardEvent) => event.key === 'Escape' && show(false) },
    el('header', {}, title, clear, close),
    log,
    form,
  );
  const open = el('button', { class: 'open', type: 'button', 'aria-haspopup': 'dialog', click: () => show(true) }, icon(paths.chat), look.displayName);
  root.append(open, panel);
  shadow.append(root);

  let busy = false;

  function show(opened: boolean) {
    root.classList.toggle('opened', opened);
    panel.classList.toggle('hidden', !opened);
    open.classList.toggle('hidden', opened);
    if (inline) return;
    (opened ? field : open).focus();
    if (opened) log.scrollTop = log.scrollHeight;
  }

  function greet() {
    const suggest = look.suggestedQuestions.map((question) => el('button', { type: 'button', dir: 'auto', click: () => void ask(question) }, question));
    log.replaceChildren(
      el('p', { dir: 'auto' }, look.welcomeMessage),
      ...(suggest.length && !actions.turns.length ? [el('div', { class: 'suggest' }, ...suggest)] : []),
    );
    clear.classList.toggle('hidden', !actions.turns.length);
  }

  function forget() {
    if (busy) return;
    actions.turns.length = 0;
    actions.forget();
    greet();
    field.focus();
  }

  function submit() {
    const question = field.value.trim();
    if (!question || busy) return;
    field.value = '';
    void ask(question);
  }

  async function ask(question: string) {
    if (busy) return;
    log.querySelector('.suggest')?.remove();
    const turn: Turn = { question };
    actions.turns.push(turn);
    const said = turnNodes(turn);
    await answer(turn, said);
  }

  function turnNodes(turn: Turn): HTMLElement {
    const said = el('div', { class: 'said', dir: 'auto' });
    log.append(el('div', { class: 'asked', dir: 'auto' }, turn.question), said);
    clear.classList.remove('hidden');
    return said;
  }

  async function answer(turn: Turn, said: HTMLElement) {
    busy = send.disabled = true;
    said.setAttribute('aria-busy', 'true'); // spoken once, when it is whole
    said.replaceChildren(el('p', { class: 'wait' }, 'Reading the documents'));
    log.scrollTop = log.scrollHeight;
    try {
      const whole = await actions.ask(turn.question, (part) => {
        said.replaceChildren(...answerNodes({ ...turn, answer: part }, true));
        log.scrollTop = log.scrollHeight;
      });
      turn.answer = { answer: whole.answer, sources: whole.sources ?? [], citations: whole.citations ?? [], answered: whole.answered, ...(whole.messageId ? { messageId: whole.messageId } : {}) };
      said.replaceChildren(...answerNodes(turn, false));
      actions.keep();
    } catch (error) {
      const words = (error as Error & { status?: number }).status === 429 ? 'That was quick. Wait a moment and ask again.' : 'The answer did not arrive.';
      said.replaceChildren(el('p', { class: 'problem' }, words + ' ', el('button', { type: 'button', click: () => void answer(turn, said) }, 'Try again')));
    }
    said.removeAttribute('aria-busy');
    busy = false;
    send.disabled = !field.value.trim();
    log.scrollTop = log.scrollHeight;
  }

  function answerNodes(turn: Turn, growing: boolean): Node[] {
    const { answer, sources, citations, answered, messageId } = turn.answer!;
    const shown = look.showSources ? sources : [];
    const details = shown.map((source, i) =>
      el(
        'details',
        {},
        el('summary', { dir: 'auto' }, `${i + 1}  ${source.filename}${source.pageNumber ? ` · page ${source.pageNumber}` : ''}`),
        el('blockquote', { dir: 'auto' }, source.excerpt),
      ),
    );
    const mark = (index: number) => {
      const target = details[citations[index]?.source ?? -1];
      if (!target) return null;
      const number = citations[index]!.source + 1;
      const unfold = () => {
        target.open = true;
        target.scrollIntoView({ block: 'nearest' });
        target.querySelector('summary')!.focus();
      };
      return el('button', { class: 'mark', type: 'button', 'aria-label': `Source ${number}`, click: unfold }, String(number));
    };
    const text = withMarks(answer, shown.length ? citations.map((citation, index) => ({ at: citation.answerEnd, index })) : []);
    return [
      ...blocks(parseMarkdown(text), mark),
      ...details,
      ...(!answered && look.contactText && !growing ? [el('p', { class: 'contact', dir: 'auto' }, look.contactText)] : []),
      ...(messageId && !growing ? [rateNodes(turn, messageId)] : []),
    ];
  }

  function rateNodes(turn: Turn, messageId: string): Node {
    const button = (rating: Rating, label: string) => {
      const node = el('button', { type: 'button', 'aria-label': label, title: label, 'aria-pressed': String(turn.rating === rating), click: () => void rate(rating) }, icon(paths[rating]));
      return node;
    };
    const buttons = { good: button('good', 'Helpful'), bad: button('bad', 'Not helpful') };
    const rate = async (rating: Rating) => {
      await actions.rate(messageId, rating);
      turn.rating = rating;
      for (const [name, node] of Object.entries(buttons)) node.setAttribute('aria-pressed', String(name === rating));
      actions.keep();
    };
    return el('div', { class: 'rate', role: 'group', 'aria-label': 'Was this helpful?' }, buttons.good, buttons.bad);
  }

  greet();
  for (const turn of actions.turns) if (turn.answer) turnNodes(turn).append(...answerNodes(turn, false));
  show(inline);
}
