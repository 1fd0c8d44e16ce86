import type { Listing, Value } from "./api";
import { ValueRow } from "./ValueRow";

/** The values asked for, the latest first. */
export function ValueList({ listing }: { listing: Listing | null }) {
  return (
    <section aria-labelledby="values-title">
      <h2 id="values-title">Values</h2>
      <p className="summary">{summary(listing)}</p>
      <ol id="values">
        {listing?.values.map((value) => (
          <ValueRow key={value.index} value={value} />
        ))}
      </ol>
    </section>
  );
}

function summary(listing: Listing | null): string {
  if (listing === null) {
    return "Loading…";
  }
  if (listing.values.length === 0) {
    return "Nobody asked for a number yet. Try index 10.";
  }

  const count = (state: Value["state"]) =>
    listing.values.filter((value) => value.state === state).length;
  const parts = [
    `${count("done")} computed`,
    count("computing") && `${count("computing")} being computed`,
    count("failed") && `${count("failed")} failed`,
    listing.total > listing.values.length &&
      `the latest ${listing.values.length} of ${listing.total.toLocaleString("en")}`,
  ];

  return parts.filter(Boolean).join(" · ");
}
