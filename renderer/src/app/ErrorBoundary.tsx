import { Component, type ReactNode } from 'react';
import { errorOf } from '../api/error.ts';
import { ErrorBox } from '../components/ErrorBox.tsx';

/** A page that breaks takes itself down and nothing else. A new `place` tries again. */
export class ErrorBoundary extends Component<{ place: string; children: ReactNode }, { error: unknown; place: string }> {
  override state: { error: unknown; place: string } = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown) { return { error }; }
  static getDerivedStateFromProps(props: { place: string }, state: { error: unknown; place: string }) {
    return props.place === state.place ? null : { place: props.place, error: null };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ErrorBox error={errorOf(this.state.error)} onRetry={() => this.setState({ error: null })} />;
  }
}
