// Changes inside a JSON answer that is otherwise true. Only plain data goes in and out.

type Row = Record<string, unknown>;

/** The answer with its JSON body changed; other bodies stay as they are. */
export async function editJson(answer: Response, edit: (body: unknown) => unknown): Promise<Response> {
  if (!answer.headers.get('Content-Type')?.includes('application/json')) return answer;
  const body: unknown = await answer.clone().json();
  const headers = new Headers(answer.headers);
  headers.delete('Content-Length');
  return new Response(JSON.stringify(edit(body)), { status: answer.status, headers });
}

/** Replaces the value of these names wherever they occur; `index` counts the replacements. */
export function editName(
  body: unknown,
  names: readonly string[],
  replace: (value: unknown, index: number) => unknown,
): unknown {
  let index = 0;
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isRow(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (!names.includes(key)) return [key, visit(inner)];
        index += 1;
        return [key, replace(inner, index - 1)];
      }),
    );
  };
  return visit(body);
}

/** Changes every row of a list answer, whatever its envelope, or the one object that it is. */
export function editRows(body: unknown, edit: (row: Row) => Row): unknown {
  if (Array.isArray(body)) return body.map((row: unknown) => (isRow(row) ? edit(row) : row));
  if (!isRow(body)) return body;
  const lists = Object.entries(body).filter(([, value]) => Array.isArray(value));
  if (lists.length === 0) return edit(body);
  return { ...body, ...Object.fromEntries(lists.map(([key, value]) => [key, editRows(value, edit)])) };
}

/** Sets, or with `undefined` removes, what a path leads to; `*` means every element. */
export function setPath(body: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(body)) {
    return body.flatMap((element: unknown, index) => {
      if (key !== '*' && key !== index) return [element];
      const changed = setPath(element, rest, value);
      return changed === undefined ? [] : [changed];
    });
  }
  if (!isRow(body)) return body;
  const keys = key === '*' ? Object.keys(body) : [String(key)];
  const changed: Row = { ...body };
  for (const name of keys) {
    const inner = setPath(body[name], rest, value);
    if (inner === undefined) Reflect.deleteProperty(changed, name);
    else changed[name] = inner;
  }
  return changed;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
