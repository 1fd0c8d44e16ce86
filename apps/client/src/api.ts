/** One index that was asked for, as the API describes it. */
export interface Value {
  index: number;
  state: "computing" | "done" | "failed";
  value: string | null;
  shortened: boolean;
  digits: number | null;
  error: string | null;
}

/** The indexes asked for last, and how many there are in all. */
export interface Listing {
  values: Value[];
  total: number;
}

/** Why the API did not do what was asked; the message is for users. */
export class ApiError extends Error {
  override name = "ApiError";
}

const PATIENCE_MILLISECONDS = 15_000;

export async function requestValue(index: number): Promise<Value> {
  const response = await ask("/api/values", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ index }),
  });

  return (await response.json()) as Value;
}

export async function listValues(): Promise<Listing> {
  const response = await ask("/api/values");
  const values = (await response.json()) as Value[];

  return {
    values,
    total: Number(response.headers.get("X-Total-Count") ?? values.length),
  };
}

export async function wholeValue(index: number): Promise<Value> {
  const response = await ask(`/api/values/${index}`);

  return (await response.json()) as Value;
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
  } catch {
    throw new ApiError("The API cannot be reached. Is the network down?");
  }
  if (!response.ok) {
    throw new ApiError(await reason(response));
  }

  return response;
}

async function reason(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    if (
      typeof body === "object" &&
      body !== null &&
      "detail" in body &&
      typeof body.detail === "string"
    ) {
      return body.detail;
    }
  } catch {
    // Not JSON, so it comes from something between us and the API.
  }

  return `The API answered with status ${response.status}.`;
}
