// Which screen a path shows. The paths are routes.json, which the server answers with this page; a test holds both equal.
import { Suspense, useEffect } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { useCompany } from './api/queries.ts';
import { Frame } from './frame.tsx';
import { publicScreens, screens } from './routes.ts';
import { useSignedIn } from './session/session.ts';
import { Problem, Skeleton } from './ui/basic.tsx';
import { ErrorBoundary } from './ui/error_boundary.tsx';
import { Notices } from './ui/notice.tsx';

export function App() {
  return (
    <>
      <ErrorBoundary>
        <Suspense fallback={<Skeleton lines={8} />}>
          <Switch>
            {Object.entries(publicScreens).map(([path, Screen]) => (
              <Route key={path} path={path} component={Screen} />
            ))}
            <Route>
              <Workspace />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
      <Notices />
    </>
  );
}

// Everything behind the sign-in, for members of a company.
function Workspace() {
  const signedIn = useSignedIn();
  const [location] = useLocation();
  if (!signedIn) {
    const next = location === '/' ? '' : `?next=${encodeURIComponent(location + window.location.search)}`;
    return <Redirect to={`/sign-in${next}`} replace />;
  }
  return <Member />;
}

function Member() {
  const company = useCompany();
  const [location] = useLocation();
  if (company.error?.code === 'no_company') return <Redirect to="/welcome" replace />;
  if (company.error && !company.data) return <Problem error={company.error} retry={() => company.refetch()} />;
  return (
    <Frame>
      <ErrorBoundary at={location}>
        <Suspense fallback={<Skeleton lines={8} />}>
          <Switch>
            {Object.entries(screens).map(([path, Screen]) => (
              <Route key={path} path={path} component={Screen} />
            ))}
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </ErrorBoundary>
    </Frame>
  );
}

function NotFound() {
  useEffect(() => {
    document.title = 'Not found · oprag';
  }, []);
  return (
    <div className="page">
      <h1>There is nothing at this address</h1>
      <p className="muted">It may have been archived, or the link is incomplete.</p>
    </div>
  );
}
