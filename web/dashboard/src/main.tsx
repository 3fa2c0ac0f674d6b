import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/queries.ts';
import { App } from './app.tsx';
import { applyTheme } from './ui/theme.ts';
import '../../shared/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/frame.css';

applyTheme();
createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queryClient}>
    <App />
  </QueryClientProvider>,
);
