// A screen that fails says so and leaves the rest of the page alone. A new version of the program may have taken away the
// part that a screen would load: then loading the page anew is what helps.
import { Component, type ReactNode } from 'react';
import { queryClient } from '../api/queries.ts';
import { Button } from './basic.tsx';

interface Props {
  children: ReactNode;
  // Where this is: another place is another try.
  at?: string;
}

export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  // What it was made of may be what failed: the next try asks the server anew.
  override componentDidCatch() {
    void queryClient.resetQueries();
  }

  override componentDidUpdate(before: Props) {
    if (this.state.error && before.at !== this.props.at) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="page">
        <h1>This screen failed</h1>
        <p className="muted">Nothing you saved is lost. If it fails again, tell whoever runs this server what it says below.</p>
        <p><code>{error.message}</code></p>
        <p className="row">
          <Button kind="primary" onClick={() => location.reload()}>Load again</Button>
          <Button onClick={() => this.setState({ error: null })}>Try without loading</Button>
        </p>
      </div>
    );
  }
}
