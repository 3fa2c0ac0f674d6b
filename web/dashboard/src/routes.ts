import { lazy, type ComponentType } from 'react';

type Screen = ComponentType<{ params: Record<string, string> }>;
const screen = <N extends string>(load: () => Promise<Record<N, unknown>>, name: N) =>
  lazy(async () => ({ default: (await load())[name] as Screen }));

const access = (name: 'SignIn' | 'SignUp' | 'ConfirmCode' | 'Forgot' | 'Reset' | 'Invite' | 'Welcome') =>
  screen(() => import('./screens/access.tsx'), name);

export const publicScreens: Record<string, Screen> = {
  '/sign-in': access('SignIn'),
  '/sign-up': access('SignUp'),
  '/confirm': access('ConfirmCode'),
  '/forgot': access('Forgot'),
  '/reset': access('Reset'),
  '/invite': access('Invite'),
  '/welcome': access('Welcome'),
};

const inbox = screen(() => import('./screens/inbox.tsx'), 'Inbox');
const documents = screen(() => import('./screens/documents.tsx'), 'Documents');
const tests = screen(() => import('./screens/tests.tsx'), 'Tests');

export const screens: Record<string, Screen> = {
  '/': screen(() => import('./screens/home.tsx'), 'Home'),
  '/inbox': inbox,
  '/inbox/:conversationId': inbox,
  '/analytics': screen(() => import('./screens/analytics.tsx'), 'AnalyticsScreen'),
  '/activity': screen(() => import('./screens/activity.tsx'), 'ActivityScreen'),
  '/projects/new': screen(() => import('./screens/project_new.tsx'), 'ProjectNew'),
  '/projects/:projectId': screen(() => import('./screens/overview.tsx'), 'OverviewScreen'),
  '/projects/:projectId/documents': documents,
  '/projects/:projectId/documents/:documentId': documents,
  '/projects/:projectId/ask': screen(() => import('./screens/ask.tsx'), 'Ask'),
  '/projects/:projectId/tests': tests,
  '/projects/:projectId/tests/:runId': tests,
  '/projects/:projectId/widget': screen(() => import('./screens/widget.tsx'), 'WidgetScreen'),
  '/projects/:projectId/deploy': screen(() => import('./screens/deploy.tsx'), 'Deploy'),
  '/projects/:projectId/conversations': inbox,
  '/projects/:projectId/conversations/:conversationId': inbox,
  '/projects/:projectId/settings': screen(() => import('./screens/project_settings.tsx'), 'ProjectSettings'),
  '/team': screen(() => import('./screens/team.tsx'), 'Team'),
  '/keys': screen(() => import('./screens/keys.tsx'), 'Keys'),
  '/billing': screen(() => import('./screens/billing.tsx'), 'BillingScreen'),
  '/settings': screen(() => import('./screens/settings.tsx'), 'Settings'),
  '/account': screen(() => import('./screens/account.tsx'), 'Account'),
};
