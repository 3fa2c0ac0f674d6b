import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { queryClient } from './api/queries.ts';
import { App } from './app.tsx';
import { base } from './base.ts';
import { applyTheme } from './ui/theme.ts';
import '../../shared/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/forms.css';
import './styles/tables.css';
import './styles/states.css';
import './styles/dialogs.css';
import './styles/answer.css';
import './styles/source.css';
import './styles/chart.css';
import './styles/frame.css';
import './styles/page.css';
import './styles/screens.css';

applyTheme();
createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <Router base={base}>
      <App />
    </Router>
  </QueryClientProvider>,
);
