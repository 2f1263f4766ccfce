/** The HTTP API. Every failure is thrown as a `Problem`. */

// Reading on a slow machine may take a while, but a dead connection must end in a retry button.
const TIMEOUT_MS = 120_000;

/** What went wrong: the HTTP `status` (0: no usable response) and the server's one-line `detail`, if it gave one. */
export class Problem extends Error {
  constructor(status, detail = null) {
    super(detail ?? `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
  }

  /** Whether the same request may succeed later. */
  get transient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** `asTyped` refuses what the server would add to the question from the `history`. */
export function ask(question, history, asTyped) {
  return request('/v1/ask', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, k: 5, history, as_typed: asTyped }),
  });
}

export async function listDocuments() {
  return (await request('/v1/documents')).documents;
}

export function readDocument(id) {
  return request(`/v1/documents/${encodeURIComponent(id)}/text`);
}

async function request(path, options) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(path, { ...options, signal }).catch(() => {
    throw new Problem(0);
  });
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, typeof body?.detail === 'string' ? body.detail : null);
  if (body === null) throw new Problem(0); // cut off half-way
  return body;
}
