import { copy } from '#lib/db/copy.ts';

/** Puts the checklist of the Inbox away on this device, or brings it back. */
export const hideChecklist = (hidden: boolean): Promise<void> => copy.setMeta('checklistHidden', hidden);
