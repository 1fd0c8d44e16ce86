import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { App } from "../src/App";
import { FakeApi } from "./fakeApi";

const PATIENCE = { timeout: 3_000 };
let api: FakeApi;

beforeEach(() => {
  api = new FakeApi();
  api.install();
});

afterEach(cleanup);

const message = () => document.getElementById("message")!;
const connection = () => document.getElementById("connection")!;
const row = (index: number) =>
  document.querySelector<HTMLElement>(`[data-index="${index}"]`);
const shown = (index: number) =>
  row(index)?.querySelector(".value")?.textContent;

async function ask(typed: string): Promise<void> {
  const user = userEvent.setup();
  const field = screen.getByLabelText("Index");
  await user.clear(field);
  await user.type(field, `${typed}{Enter}`);
}

describe("asking", () => {
  it("shows what is being computed and then the value", async () => {
    render(<App />);
    await ask("10");

    await waitFor(() =>
      expect(message().textContent).toBe("fib(10) is being computed…"),
    );
    await waitFor(() => expect(row(10)?.dataset.state).toBe("computing"));

    api.compute(10, "89");

    await waitFor(() => expect(shown(10)).toBe("89"), PATIENCE);
    expect(row(10)?.dataset.state).toBe("done");
    expect(message().textContent).toBe("fib(10) = 89");
    expect(message().getAttribute("role")).toBe("status");
  });

  it("has all digits of a value that is not very long", async () => {
    const value = "7".repeat(209);
    api.add(1000, { state: "done", value, digits: 209 });
    render(<App />);

    await waitFor(() => expect(shown(1000)).toBe(value));
    expect(screen.queryByRole("button", { name: /Show all/ })).toBeNull();
  });

  it("empties the field and keeps the focus in it", async () => {
    render(<App />);
    await ask("10");
    const field = screen.getByLabelText<HTMLInputElement>("Index");

    await waitFor(() => expect(field.value).toBe(""));
    expect(document.activeElement).toBe(field);
  });

  it("says why a computation failed", async () => {
    render(<App />);
    await ask("10");
    api.change(10, { state: "failed", error: "Out of memory." });

    await waitFor(
      () =>
        expect(message().textContent).toBe(
          "fib(10) failed: Out of memory. Ask again to try again.",
        ),
      PATIENCE,
    );
    expect(row(10)?.textContent).toContain("Out of memory.");
  });
});

describe("what is refused", () => {
  it.each(["-1", "1.5", "abc", "100001"])(
    "says what is wrong with %s and asks for nothing",
    async (typed) => {
      render(<App />);
      await ask(typed);

      expect(message().textContent).toContain(typed);
      expect(message().textContent).toContain(
        "Enter a whole number from 0 to 100000.",
      );
      expect(message().getAttribute("role")).toBe("alert");
      expect(
        screen.getByLabelText("Index").getAttribute("aria-invalid"),
      ).toBe("true");
      expect(api.values).toHaveLength(0);
    },
  );

  it("says so when the field is empty", async () => {
    render(<App />);
    await userEvent.click(screen.getByRole("button", { name: "Compute" }));

    expect(message().textContent).toContain("The field is empty.");
  });

  it("takes the message back as soon as something else is typed", async () => {
    render(<App />);
    await ask("abc");
    await userEvent.type(screen.getByLabelText("Index"), "d");

    expect(message().textContent).toBe("");
  });

  it("shows the reason that the API gives", async () => {
    render(<App />);
    api.refusal = { status: 503, body: '{"detail":"Redis is away."}' };
    await ask("10");

    await waitFor(() =>
      expect(message().textContent).toBe("Redis is away."),
    );
    expect(screen.getByLabelText<HTMLInputElement>("Index").value).toBe("10");
  });

  it.each(["<html>", '{"other":1}', "null"])(
    "shows the status when the answer is %s",
    async (body) => {
      render(<App />);
      api.refusal = { status: 504, body };
      await ask("10");

      await waitFor(() =>
        expect(message().textContent).toBe(
          "The API answered with status 504.",
        ),
      );
    },
  );
});

describe("an API that is away", () => {
  it("is named, what was there stays, and it is asked again", async () => {
    api.add(10, { state: "done", value: "89", digits: 2 });
    render(<App />);
    await waitFor(() => expect(shown(10)).toBe("89"));
    api.reachable = false;
    await ask("11");

    await waitFor(() =>
      expect(message().textContent).toContain("The API cannot be reached."),
    );
    await waitFor(() =>
      expect(connection().textContent).toContain("Trying again…"),
    );
    expect(shown(10)).toBe("89");

    api.reachable = true;

    await waitFor(() => expect(connection().textContent).toBe(""), PATIENCE);
  });
});

describe("the lists", () => {
  it("say so when there is nothing", async () => {
    render(<App />);

    await screen.findByText("Nobody asked for a number yet. Try index 10.");
  });

  it("count what is there and what is not shown", async () => {
    api.add(1, { state: "done", value: "1", digits: 1 });
    api.add(2, { state: "failed", error: "Out of memory." });
    api.add(3);
    api.total = 1_234;
    render(<App />);

    await screen.findByText(
      "1 computed · 1 being computed · 1 failed · the latest 3 of 1,234",
    );
  });

  it("lead from the indexes seen, in order, to the values", async () => {
    api.add(7);
    api.add(10);
    api.add(1);
    render(<App />);
    const links = await screen.findAllByRole("link");

    expect(links.map((link) => link.textContent)).toEqual(["1", "7", "10"]);
    expect(links[2]?.getAttribute("href")).toBe(`#${row(10)?.id}`);
  });

  it("show all digits of a long value on demand", async () => {
    api.add(5000, {
      state: "done",
      value: "123…789",
      shortened: true,
      digits: 1_045,
    });
    api.whole[5000] = "123456789";
    render(<App />);
    const button = await screen.findByRole("button", {
      name: "Show all 1,045 digits",
    });

    expect(shown(5000)).toBe("123…789");

    await userEvent.click(button);

    await waitFor(() => expect(shown(5000)).toBe("123456789"));
    expect(button.getAttribute("aria-expanded")).toBe("true");

    await userEvent.click(button);

    expect(shown(5000)).toBe("123…789");
  });

  it("say why all digits cannot be shown", async () => {
    api.add(5000, { state: "done", value: "1…2", shortened: true, digits: 9 });
    render(<App />);
    const button = await screen.findByRole("button", { name: /Show all/ });
    api.refusal = { status: 503, body: '{"detail":"Redis is away."}' };
    await userEvent.click(button);

    await waitFor(() =>
      expect(row(5000)?.textContent).toContain("Redis is away."),
    );
  });
});
