import { resolve } from '$app/paths';
import type { Connector } from '#domain/protocol/connectors.ts';
import type { User } from '#domain/protocol/people.ts';

export interface FirstStep {
  label: string;
  href: string;
  done: boolean;
  /** How far it is, where it can be half done. */
  note?: string;
}

interface State {
  connectors: Connector[];
  people: User[];
  installed: boolean;
  mayConnect: boolean;
  mayLink: boolean;
}

/** What is worth doing first, for whoever may do it, and which of it is done. */
export function firstSteps({ connectors, people, installed, mayConnect, mayLink }: State): FirstStep[] {
  const unfinished = connectors.find(({ credential, dataAt }) => !credential && !dataAt);
  const watched = connectors.find(({ dataAt }) => !dataAt) ?? connectors[0];
  const connected = connectors.some(({ credential, dataAt }) => credential !== null || dataAt !== null);
  const accounts = connectors.reduce((sum, { counts }) => sum + (counts['accounts'] ?? 0), 0);
  const matched = new Set(people.flatMap((person) => person.accounts)).size;

  const steps: FirstStep[] = [];
  if (mayConnect) {
    steps.push(
      {
        label: 'Connect Docker Hub',
        href: unfinished && !connected ? resolve(`/connectors/${unfinished.id}/settings`) : resolve('/connectors'),
        done: connected,
      },
      {
        label: 'First sync',
        href: watched ? resolve(`/connectors/${watched.id}`) : resolve('/connectors'),
        done: connectors.some(({ dataAt }) => dataAt !== null),
      },
    );
  }
  if (mayLink) {
    steps.push({
      label: 'Match accounts to people',
      href: resolve('/people'),
      done: accounts > 0 && matched >= accounts,
      ...(accounts > 0 ? { note: `${matched.toLocaleString('en')} of ${accounts.toLocaleString('en')}` } : {}),
    });
  }
  steps.push({ label: 'Install on your phone', href: resolve('/settings/devices'), done: installed });
  return steps;
}
