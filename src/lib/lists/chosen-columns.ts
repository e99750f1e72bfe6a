// Which columns somebody last chose for a list, on this device. A link that names columns is obeyed instead.
const keyOf = (list: string): string => `columns.${list}`;

export function chosenColumns(list: string): string[] | undefined {
  try {
    const text = localStorage.getItem(keyOf(list));
    return text === null || text === '' ? undefined : text.split(',');
  } catch {
    return undefined; // storage is forbidden
  }
}

/** Undefined: back to what the list shows by itself. */
export function keepColumns(list: string, columns: readonly string[] | undefined): void {
  try {
    if (columns === undefined) localStorage.removeItem(keyOf(list));
    else localStorage.setItem(keyOf(list), columns.join(','));
  } catch {
    // See `chosenColumns`.
  }
}
