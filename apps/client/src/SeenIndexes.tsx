import type { Value } from "./api";

/** The indexes asked for, in order, each leading to its value. */
export function SeenIndexes({ values }: { values: Value[] }) {
  const inOrder = [...values].sort((one, other) => one.index - other.index);

  return (
    <section aria-labelledby="seen-title">
      <h2 id="seen-title">Indexes seen</h2>
      <ul id="seen">
        {inOrder.map(({ index, state }) => (
          <li key={index} className={state}>
            <a href={`#value-${index}`}>{index}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
