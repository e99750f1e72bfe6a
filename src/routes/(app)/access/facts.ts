// Facts about a subject, as one line and as a list.
import { isKnownRole } from '#domain/catalogue.ts';
import { counted } from '#lib/components/numbers.ts';
import { dayOf } from '#lib/components/time.ts';
import type { Subject } from './detail-model.ts';

export interface Fact {
  label: string;
  value: string;
  mono?: boolean;
}

/** The two or three facts that matter most. */
export function factsLine(subject: Subject): string {
  switch (subject.type) {
    case 'account': {
      const roles = Object.entries(subject.row.roles).map(([organization, label]) => `${label} of ${organization}`);
      return roles.length === 0 ? 'In no organization' : roles.join(' · ');
    }
    case 'repository': {
      const { row, place } = subject.at;
      const teams = counted(place.index.permissionsOn(row.number).length, 'team');
      return [row.private ? 'Private' : 'Public', row.status, teams, row.registeredAt ? `since ${dayOf(row.registeredAt)}` : '']
        .filter(Boolean)
        .join(' · ');
    }
    case 'team': {
      const { description, role } = subject.at.row.document;
      const gives = role === null ? '' : `gives the role ${role}${isKnownRole(role) ? '' : ' (unrecognised)'}`;
      return [description, gives].filter(Boolean).join(' · ') || `Team of ${subject.at.row.document.organization}`;
    }
    case 'organization': {
      const { fullName, plan } = subject.at.row;
      return [fullName, plan ? `${capital(plan)} plan` : ''].filter(Boolean).join(' · ') || 'Organization';
    }
  }
}

/** Everything that was read about a subject itself. */
export function factsOf(subject: Subject): Fact[] {
  switch (subject.type) {
    case 'account': {
      const { row } = subject;
      return [
        { label: 'Docker ID', value: row.username, mono: true },
        ...(row.fullName === '' ? [] : [{ label: 'Name', value: row.fullName }]),
        { label: 'E-mail', value: row.email ?? 'Not known: the credential may not see it' },
        ...subject.at.flatMap((at) =>
          Object.entries(at.row.roles).map(([organization, label]) => ({
            label: `Role in ${organization}`,
            value: label + (isKnownRole(label) ? '' : ', an unrecognised role'),
          })),
        ),
        ...(row.guestOf ?? []).map((organization) => ({
          label: 'Guest',
          value: `The e-mail is outside the verified domains of ${organization}`,
        })),
      ];
    }
    case 'repository': {
      const { row } = subject.at;
      return [
        { label: 'Organization', value: row.organization, mono: true },
        { label: 'Visibility', value: row.private ? 'Private' : 'Public: anybody can pull' },
        { label: 'State', value: capital(row.status ?? 'active') },
        { label: 'Created', value: row.registeredAt ? dayOf(row.registeredAt) : 'Not known' },
      ];
    }
    case 'team': {
      const { document } = subject.at.row;
      return [
        { label: 'Organization', value: document.organization, mono: true },
        { label: 'Description', value: document.description || 'None' },
        {
          label: 'Role',
          value: document.role === null ? 'None' : document.role + (isKnownRole(document.role) ? '' : ', unrecognised'),
        },
        { label: 'Number', value: String(document.hubId) },
      ];
    }
    case 'organization': {
      const { name, fullName, plan } = subject.at.row;
      return [
        { label: 'Name', value: name, mono: true },
        { label: 'Full name', value: fullName ?? 'Not known' },
        { label: 'Plan', value: plan ? capital(plan) : 'Not known' },
      ];
    }
  }
}

const capital = (word: string): string => (word[0]?.toUpperCase() ?? '') + word.slice(1);
