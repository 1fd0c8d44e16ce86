import { useState } from "react";

import { wholeValue, type Value } from "./api";

const STATES = {
  computing: "being computed",
  done: "computed",
  failed: "failed",
} as const;

/** One index and its value, the middle of a long one on demand. */
export function ValueRow({ value }: { value: Value }) {
  return (
    <li
      id={`value-${value.index}`}
      data-index={value.index}
      data-state={value.state}
      tabIndex={-1}
    >
      <h3>fib({value.index})</h3>
      <span className="state">{STATES[value.state]}</span>
      {value.state === "done" && <Digits value={value} />}
      {value.state === "failed" && (
        <p className="error">{value.error} Ask again to try again.</p>
      )}
    </li>
  );
}

function Digits({ value: { index, value, shortened, digits } }: { value: Value }) {
  const [whole, setWhole] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const count = (digits ?? 0).toLocaleString("en");

  const toggle = async () => {
    if (whole !== null) {
      setWhole(null);
      return;
    }
    setNote("Loading…");
    try {
      setWhole((await wholeValue(index)).value);
      setNote("");
    } catch (error) {
      setNote(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <>
      <p
        className="value"
        {...(whole !== null && {
          // Long enough to scroll, so the keyboard must get there.
          tabIndex: 0,
          role: "region",
          "aria-label": `All digits of fib(${index})`,
        })}
      >
        {whole ?? value}
      </p>
      <p className="digits">
        {digits === 1 ? "1 digit" : `${count} digits`}
        {shortened && (
          <button
            type="button"
            className="show-all"
            aria-expanded={whole !== null}
            onClick={() => void toggle()}
          >
            {whole === null ? `Show all ${count} digits` : "Show less"}
          </button>
        )}
        <span role="status">{note}</span>
      </p>
    </>
  );
}
