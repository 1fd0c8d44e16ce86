import { describe, expect, it } from "vitest";

import { parseIndex } from "../src/parseIndex";

const WANTED = "Enter a whole number from 0 to 100000.";

describe("parseIndex", () => {
  it.each([
    ["0", 0],
    ["10", 10],
    [" 10 ", 10],
    ["007", 7],
    ["+7", 7],
    ["-0", 0],
    ["100000", 100_000],
  ])("takes %j", (typed, index) => {
    expect(parseIndex(typed)).toStrictEqual({ index });
  });

  it.each([
    ["", "The field is empty."],
    ["  ", "The field is empty."],
    ["-1", "-1 is negative."],
    ["1.5", "1.5 is not a whole number."],
    ["-.5", "-.5 is not a whole number."],
    ["abc", "“abc” is not a number."],
    ["1e3", "“1e3” is not a number."],
    ["1 000", "“1 000” is not a number."],
    ["100001", "100001 is too large."],
    ["9".repeat(400), `${"9".repeat(20)}… is too large.`],
  ])("says what is wrong with %j", (typed, problem) => {
    expect(parseIndex(typed)).toStrictEqual({
      problem: `${problem} ${WANTED}`,
    });
  });
});
