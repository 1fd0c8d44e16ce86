import { vi } from "vitest";

import type { Value } from "../src/api";

/** An API in memory: it knows what was posted and computes when told. */
export class FakeApi {
  values: Value[] = [];
  total: number | null = null;
  whole: Record<number, string> = {};
  refusal: { status: number; body: string } | null = null;
  reachable = true;

  install(): void {
    vi.stubGlobal("fetch", (path: string, init?: RequestInit) =>
      this.answer(path, init),
    );
  }

  compute(index: number, value: string): void {
    this.change(index, { state: "done", value, digits: value.length });
  }

  change(index: number, changes: Partial<Value>): void {
    this.values = this.values.map((value) =>
      value.index === index ? { ...value, ...changes } : value,
    );
  }

  add(index: number, changes: Partial<Value> = {}): Value {
    const value: Value = {
      index,
      state: "computing",
      value: null,
      shortened: false,
      digits: null,
      error: null,
      ...changes,
    };
    this.values = [
      value,
      ...this.values.filter((other) => other.index !== index),
    ];

    return value;
  }

  private async answer(path: string, init?: RequestInit): Promise<Response> {
    if (!this.reachable) {
      throw new TypeError("fetch failed");
    }
    if (this.refusal) {
      return new Response(this.refusal.body, { status: this.refusal.status });
    }
    if (init?.method === "POST") {
      const { index } = JSON.parse(String(init.body)) as { index: number };
      return Response.json(this.add(index), { status: 202 });
    }

    const one = /^\/api\/values\/(\d+)$/.exec(path);
    if (one) {
      const index = Number(one[1]);
      return Response.json({
        ...this.values.find((value) => value.index === index),
        value: this.whole[index],
        shortened: false,
      });
    }

    return Response.json(this.values, {
      headers: { "X-Total-Count": String(this.total ?? this.values.length) },
    });
  }
}
