// The shapes of Docker Hub's refusals. Different services answer differently, and clients have to live with all of them.

/** `{"message","errinfo"}`: the newer services. */
export function refuse(status: number, message: string): Response {
  return Response.json({ message, errinfo: {} }, { status });
}

/** `{"detail"}`: the older services, and login. */
export function refuseWithDetail(status: number, detail: string): Response {
  return Response.json({ detail }, { status });
}

/** `{"fields","text"}`: validation. */
export function refuseFields(fields: Record<string, string[]>, text = 'Invalid input'): Response {
  return Response.json({ fields, text }, { status: 400 });
}

/** `{"code","message","details"}`: audit logs. */
export function refuseRpc(status: number, code: number, message: string): Response {
  return Response.json({ code, message, details: [] }, { status });
}

/** `{"detail","error"}`: every 429. */
export function refuseRate(headers: Record<string, string>): Response {
  return Response.json({ detail: 'Rate limit exceeded', error: false }, { status: 429, headers });
}

/** What a wrong path, and a proxy in a bad mood, answer. */
export function htmlPage(status: number, title: string): Response {
  const html = `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title} | Docker Hub</title></head>
<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>\n`;
  return new Response(html, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

export function emptyAnswer(status: 200 | 204): Response {
  return new Response(null, { status });
}

export const UNAUTHORIZED = 'unauthorized';
export const NO_SUCH_ORGANIZATION = 'No such organization';
export const OAT_REFUSED = 'token issued from organization access token is not allowed';
