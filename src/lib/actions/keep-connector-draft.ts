import { copy, type ConnectorDraft } from '#lib/db/copy.ts';

export type { ConnectorDraft };

/** Keeps what was chosen in the wizard so far, on this device. It never holds a secret: the wizard asks for none. */
export const keepConnectorDraft = (draft: ConnectorDraft): Promise<void> => copy.setMeta('connectorDraft', draft);

/** What was chosen when the wizard was last left, or null. Read once: while the wizard is open, it alone knows. */
export const readConnectorDraft = async (): Promise<ConnectorDraft | null> => (await copy.getMeta('connectorDraft')) ?? null;

/** Forgets the draft: the connector was added, or somebody began anew. */
export const forgetConnectorDraft = (): Promise<void> => copy.meta.delete('connectorDraft');
