import { useRef, useState, type FormEvent } from "react";

import { LARGEST_INDEX } from "./parseIndex";

interface Properties {
  /** Ask for what was typed; whether that was taken. */
  submit: (typed: string) => Promise<boolean>;
  /** Whether what was typed was refused and is unchanged since. */
  refused: boolean;
  /** Called whenever something is typed. */
  edited: () => void;
}

/** The field for an index, and the button that asks for its value. */
export function RequestForm({ submit, refused, edited }: Properties) {
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const input = field.current;
    if (sending || input === null) {
      return;
    }
    setSending(true);
    if (await submit(input.value)) {
      input.value = "";
    }
    setSending(false);
    input.focus();
  };

  // A field for text: one for numbers hides from us what was typed.
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <label htmlFor="index">Index</label>
      <div className="field">
        <input
          id="index"
          ref={field}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          onInput={edited}
          aria-invalid={refused}
          aria-describedby="hint message"
        />
        <button id="submit" type="submit" aria-disabled={sending}>
          Compute
        </button>
      </div>
      <p id="hint">
        A whole number from 0 to {LARGEST_INDEX.toLocaleString("en")}
      </p>
    </form>
  );
}
