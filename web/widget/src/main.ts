// <script src="https://…/widget.js" data-project="proj_…" async></script>
// Whatever goes wrong here, the page around it does not notice.
import { Chat, type Config } from './chat.ts';
import { mount, type Turn } from './view.ts';

interface Kept {
  token: string | null;
  sessionId?: string | undefined;
  conversationId?: string | undefined;
  turns: Turn[];
}

const keptTurns = 50;

function memory(project: string) {
  const key = `oprag.widget.${project}`;
  let kept: Kept = { token: null, turns: [] };
  try {
    kept = { ...kept, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Kept) };
  } catch {
    // Storage may be off or hold something else: the conversation then lasts as long as the page.
  }
  const save = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ ...kept, turns: kept.turns.filter((turn) => turn.answer).slice(-keptTurns) }));
    } catch {
      // as above
    }
  };
  return { kept, save };
}

async function start(script: HTMLScriptElement) {
  const project = script.dataset.project;
  if (!project || !('adoptedStyleSheets' in Document.prototype)) return;
  const { kept, save } = memory(project);
  const api = script.src.replace(/\/widget\.js([?#].*)?$/, '');
  const chat = new Chat(api, project, kept.token, (token) => {
    kept.token = token;
    save();
  });
  chat.sessionId = kept.sessionId;
  chat.conversationId = kept.conversationId;
  const config: Config | null = await chat.config();
  if (!config) return console.info('oprag: the widget is off, or this origin is not among the allowed ones.');
  const keep = () => {
    kept.sessionId = chat.sessionId;
    kept.conversationId = chat.conversationId;
    save();
  };
  const host = document.createElement('div');
  host.dataset.opragWidget = '';
  document.body.append(host);
  mount(host, config, {
    turns: kept.turns,
    ask: (question, onPart) => chat.ask(question, onPart),
    rate: (messageId, rating) => chat.rate(messageId, rating),
    keep,
    forget: () => {
      chat.sessionId = chat.conversationId = undefined;
      keep();
    },
  });
}

const script = document.currentScript as HTMLScriptElement | null;
if (script) {
  const begin = () => start(script).catch((error: unknown) => console.info('oprag: the widget could not start.', error));
  if (document.body) void begin();
  else addEventListener('DOMContentLoaded', () => void begin());
}
