import { useState } from "react";

import { requestValue, type Value } from "./api";
import { Message, type Notice } from "./Message";
import { parseIndex } from "./parseIndex";
import { RequestForm } from "./RequestForm";
import { SeenIndexes } from "./SeenIndexes";
import { useListing } from "./useListing";
import { ValueList } from "./ValueList";

const NOTHING: Notice = { kind: "none", text: "" };

export function App() {
  const { listing, problem, refresh } = useListing();
  const [notice, setNotice] = useState(NOTHING);
  const [asked, setAsked] = useState<Value | null>(null);
  const values = listing?.values ?? [];

  const submit = async (typed: string): Promise<boolean> => {
    setAsked(null);
    const parsed = parseIndex(typed);
    if ("problem" in parsed) {
      setNotice({ kind: "problem", text: parsed.problem });
      return false;
    }

    setNotice({ kind: "busy", text: `Asking for fib(${parsed.index})…` });
    try {
      setAsked(await requestValue(parsed.index));
      setNotice(NOTHING);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      setNotice({ kind: "problem", text });
      return false;
    } finally {
      void refresh();
    }

    return true;
  };

  // Its newest state, once the listing has caught up.
  const followed =
    asked && (values.find((value) => value.index === asked.index) ?? asked);

  return (
    <>
      <header>
        <h1>Fibonacci</h1>
        <p>
          Every number is the sum of the two before it, and{" "}
          <span>fib(0) = fib(1) = 1</span>. Ask for one and get all of its
          digits.
        </p>
      </header>
      <main>
        <RequestForm
          submit={submit}
          refused={notice.kind === "problem"}
          edited={() => setNotice(NOTHING)}
        />
        <Message notice={followed ? noticeOf(followed) : notice} />
        <p id="connection" role="status">
          {problem && `${problem} Trying again…`}
        </p>
        {values.length > 0 && <SeenIndexes values={values} />}
        <ValueList listing={listing} />
      </main>
    </>
  );
}

/** What is said of the value that was asked for last. */
function noticeOf({ index, state, value, digits, error }: Value): Notice {
  switch (state) {
    case "computing":
      return { kind: "busy", text: `fib(${index}) is being computed…` };
    case "failed":
      return {
        kind: "problem",
        text: `fib(${index}) failed: ${error} Ask again to try again.`,
      };
    case "done":
      return {
        kind: "success",
        text:
          (digits ?? 0) <= 20
            ? `fib(${index}) = ${value}`
            : `fib(${index}) is computed: ${digits?.toLocaleString("en")} digits.`,
      };
  }
}
