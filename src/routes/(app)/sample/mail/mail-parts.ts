export interface MailPart {
  at: number;
  text: string;
  /** Where it leads, where it is an address of this server. */
  href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"]+/g;

/** The text of a mail in parts, so that the addresses of this very server can be followed, and no others. */
export function partsOf(text: string): MailPart[] {
  const parts: MailPart[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;)]+$/, '');
    if (match.index > from) parts.push({ at: from, text: text.slice(from, match.index) });
    const isOwn = URL.canParse(address) && new URL(address).origin === location.origin;
    parts.push({ at: match.index, text: address, ...(isOwn ? { href: address } : {}) });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ at: from, text: text.slice(from) });
  return parts;
}
