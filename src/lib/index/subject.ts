// Everything about one thing except its rows: the answer in a sentence, facts, tabs, what is not known.
import { insightsOf, type AccessCatalogue } from '#domain/access-catalogue.ts';
import { NEVER_KNOWN } from '#domain/access-gaps.ts';
import { membersByRole } from '#domain/access-groups.ts';
import { DATA_SETS, isKnownRole, levelOfRank } from '#domain/catalogue-words.ts';
import type { LevelCounts } from '#domain/exposure.ts';
import { count, counted } from '#lib/components/numbers.ts';
import { dayOf } from '#lib/components/time.ts';
import { accountThing, gapsOfLocated, located, placesOf, repositoryThing, teamThing, type Located } from './located.ts';
import type { Fact, Subject, SubjectQuestion, Thing } from './questions.ts';

/** What an id stands for, or null where the copy has nothing under it. */
export function subjectAnswer(catalogue: AccessCatalogue, { id, whole }: SubjectQuestion): Subject | null {
  const subject = located(catalogue, id);
  if (!subject) return null;
  const item = catalogue.item(id);
  const { sentence, counts } = answerOf(subject);
  return {
    thing: thingOf(subject, catalogue.people),
    username: subject.type === 'account' ? subject.row.username : null,
    sentence,
    counts,
    factsLine: factsLine(subject),
    facts: factsOf(subject),
    insights: whole && item ? insightsOf(item) : [],
    gaps: gapsOfLocated(subject),
    tabs: tabsOf(subject),
    places: placesOf(subject).map(({ connectorId, organization }) => ({ connectorId, organization })),
    completeness:
      subject.type === 'organization'
        ? DATA_SETS.map((set) => ({ set, ...subject.at.place.index.completeness(subject.at.row.name, set) }))
        : [],
    unknowable: unknowableOf(subject),
  };
}

function thingOf(subject: Located, people: ReadonlyMap<string, string>): Thing {
  switch (subject.type) {
    case 'account':
      return accountThing(subject.row, people);
    case 'organization':
      return { type: 'organization', id: subject.id, name: subject.at.row.name };
    case 'team':
      return teamThing(subject.at.row);
    case 'repository':
      return repositoryThing(subject.at.row);
  }
}

function unknowableOf(subject: Located): string[] {
  const said = [...NEVER_KNOWN];
  if (subject.type !== 'account') return said;
  for (const [organization, label] of Object.entries(subject.row.roles))
    if (!isKnownRole(label))
      said.unshift(`What the role ${label} in ${organization} allows. It may give more than is shown here.`);
  for (const organization of subject.row.guestOf ?? [])
    said.unshift(`Who stands behind a guest's address: it is outside the verified domains of ${organization}.`);
  return said;
}

/** The tabs of a subject with their counts. */
function tabsOf(subject: Located): Subject['tabs'] {
  const about: Subject['tabs'][number] = { tab: 'about', label: 'About', count: undefined };
  switch (subject.type) {
    case 'account':
      return [
        { tab: 'access', label: 'Access', count: answerOf(subject).counts?.total },
        {
          tab: 'teams',
          label: 'Teams',
          count: subject.at.reduce((n, { place, row }) => n + place.index.teamsOf(row.number).length, 0),
        },
        about,
      ];
    case 'repository':
      return [
        { tab: 'access', label: 'Access', count: answerOf(subject).counts?.total },
        { tab: 'teams', label: 'Teams', count: subject.at.place.index.permissionsOn(subject.at.row.number).length },
        about,
      ];
    case 'team':
      return [
        { tab: 'access', label: 'Repositories', count: subject.at.row.ranks.size },
        { tab: 'members', label: 'Members', count: subject.at.row.members.length },
        about,
      ];
    case 'organization': {
      const { index } = subject.at.place;
      const teams = [...index.teams.values()].filter(({ document }) => document.organization === subject.at.row.name);
      return [
        { tab: 'access', label: 'Accounts', count: index.accountsOf(subject.at.row.name).length },
        { tab: 'teams', label: 'Teams', count: teams.length },
        { tab: 'repositories', label: 'Repositories', count: index.repositoriesOf(subject.at.row.name).length },
        about,
      ];
    }
  }
}

/** The finding in a sentence, and the counts its bar shows (null where a bar says nothing). */
function answerOf(subject: Located): { sentence: string; counts: LevelCounts | null } {
  const isKnown = gapsOfLocated(subject).length === 0;
  const atLeast = (n: number) => (isKnown ? count(n) : `at least ${count(n)}`);
  const upper = (text: string) => (text[0]?.toUpperCase() ?? '') + text.slice(1);
  switch (subject.type) {
    case 'repository': {
      const counts = subject.at.place.exposure.ofRepository(subject.at.row);
      if (counts.total === 0) return { sentence: isKnown ? 'Nobody has access' : 'Who has access is not known', counts };
      const administer = counts.owner + counts.admin;
      return {
        sentence: upper(
          `${atLeast(counts.total)} ${counts.total === 1 && isKnown ? 'has' : 'have'} access, ${count(administer)} can administer it`,
        ),
        counts,
      };
    }
    case 'account': {
      const counts = { owner: 0, admin: 0, write: 0, read: 0, total: 0 };
      for (const { place, row } of subject.at) {
        const more = place.exposure.ofAccount(row);
        for (const level of ['owner', 'admin', 'write', 'read', 'total'] as const) counts[level] += more[level];
      }
      const administers = counts.owner + counts.admin;
      if (counts.total === 0)
        return { sentence: isKnown ? 'No access to any repository' : 'What it has access to is not known', counts };
      const what = counted(counts.total, 'repository', 'repositories');
      return {
        sentence: `Access to ${isKnown ? '' : 'at least '}${what}${administers > 0 ? `, administers ${count(administers)}` : ''}`,
        counts,
      };
    }
    case 'team': {
      const { members, ranks } = subject.at.row;
      const counts = { owner: 0, admin: 0, write: 0, read: 0, total: ranks.size };
      for (const rank of ranks.values()) counts[levelOfRank(rank) ?? 'read'] += 1;
      const people =
        members.length === 0 ? 'Nobody is' : members.length === 1 ? '1 person is' : `${count(members.length)} people are`;
      return { sentence: `${people} in it, it holds ${counted(ranks.size, 'repository', 'repositories')}`, counts };
    }
    case 'organization': {
      const { index } = subject.at.place;
      const { name } = subject.at.row;
      const owners =
        membersByRole(subject.at.place, name).find(({ label }) => label.toLowerCase() === 'owner')?.accounts.length ?? 0;
      return {
        sentence: upper(`${atLeast(index.accountsOf(name).length)} accounts, ${counted(owners, 'owner')}`),
        counts: null,
      };
    }
  }
}

/** The two or three facts that matter most. */
function factsLine(subject: Located): string {
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
function factsOf(subject: Located): Fact[] {
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
