export interface Notice {
  kind: "none" | "busy" | "problem" | "success";
  text: string;
}

/** What became of the last request, also for those who do not see it. */
export function Message({ notice }: { notice: Notice }) {
  return (
    <p
      id="message"
      role={notice.kind === "problem" ? "alert" : "status"}
      data-kind={notice.kind}
    >
      {notice.text}
    </p>
  );
}
