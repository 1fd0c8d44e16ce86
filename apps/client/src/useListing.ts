import { useCallback, useEffect, useRef, useState } from "react";

import { listValues, type Listing } from "./api";

const BUSY_MILLISECONDS = 1_000;
const IDLE_MILLISECONDS = 5_000;

export interface Watched {
  /** The last listing that was received; `null` before the first one. */
  listing: Listing | null;
  /** Why there is no newer one; empty if there is. */
  problem: string;
  /** Get a new one now. */
  refresh: () => Promise<void>;
}

/** Keep a listing up to date as long as somebody looks at the page. */
export function useListing(): Watched {
  const [listing, setListing] = useState<Listing | null>(null);
  const [problem, setProblem] = useState("");
  const latest = useRef(0);

  const refresh = useCallback(async () => {
    // Answers may overtake each other: only the latest request counts.
    const mine = ++latest.current;
    try {
      const received = await listValues();
      if (mine === latest.current) {
        setListing(received);
        setProblem("");
      }
    } catch (error) {
      if (mine === latest.current) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    }
  }, []);

  const busy =
    problem !== "" ||
    (listing?.values.some((value) => value.state === "computing") ?? false);

  useEffect(() => {
    const refreshIfSeen = () => {
      if (!document.hidden) {
        void refresh();
      }
    };
    const timer = setInterval(
      refreshIfSeen,
      busy ? BUSY_MILLISECONDS : IDLE_MILLISECONDS,
    );
    document.addEventListener("visibilitychange", refreshIfSeen);

    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refreshIfSeen);
    };
  }, [busy, refresh]);

  useEffect(() => {
    void refresh();
  }, [refresh]);

  return { listing, problem, refresh };
}
