import { copy } from '#lib/db/copy.ts';
import { LiveQuery } from './live-query.svelte.ts';

/** Open tasks assigned to a person, newest first. */
export const openTasksOf = (userId: string) =>
  new LiveQuery(async () =>
    (await copy.tasks.where({ state: 'open' }).toArray())
      .filter((task) => task.assignees.some(({ id }) => id === userId))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
  );

/** Open tasks this person waits for: made by them, for others. */
export const tasksWaitingOnOthers = (userId: string) =>
  new LiveQuery(async () =>
    (await copy.tasks.where({ state: 'open' }).toArray())
      .filter((task) => task.createdBy.id === userId && !task.assignees.some(({ id }) => id === userId))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
  );
