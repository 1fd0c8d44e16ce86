export const LARGEST_INDEX = 100_000;

export type Parsed = { index: number } | { problem: string };

const WANTED = `Enter a whole number from 0 to ${LARGEST_INDEX}.`;

/** The index that somebody typed, or what is wrong with it. */
export function parseIndex(typed: string): Parsed {
  const text = typed.trim();
  if (text === "") {
    return { problem: `The field is empty. ${WANTED}` };
  }

  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    return { problem: `“${shown}” is not a number. ${WANTED}` };
  }
  if (!/^[+-]?\d+$/.test(text)) {
    return { problem: `${shown} is not a whole number. ${WANTED}` };
  }

  const index = Number(text);
  if (index < 0) {
    return { problem: `${shown} is negative. ${WANTED}` };
  }
  if (index > LARGEST_INDEX) {
    return { problem: `${shown} is too large. ${WANTED}` };
  }

  return { index: Math.abs(index) };
}
