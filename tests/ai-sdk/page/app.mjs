/** A chat with React and `useChat`, as the SDK's own documentation has it. */
import { useChat } from "@ai-sdk/react";
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Chat() {
  const { messages, sendMessage, status, stop, error } = useChat();
  const [text, setText] = useState("");
  const send = (event) => {
    event.preventDefault();
    sendMessage({ text });
    setText("");
  };
  return h(
    "main",
    null,
    messages.map(({ id, role, parts }) => h("article", { key: id, className: role }, parts.map(partOf))),
    error && h("p", { role: "alert" }, error.message),
    h("output", null, status),
    h(
      "form",
      { onSubmit: send },
      h("input", { value: text, onChange: ({ target }) => setText(target.value) }),
      h("button", { type: "submit" }, "Send"),
      h("button", { type: "button", onClick: stop }, "Stop"),
    ),
  );
}

function partOf(part, key) {
  if (part.type === "text") return h("p", { key }, part.text);
  if (part.type === "reasoning") return h("aside", { key }, part.text);
  if (part.type.startsWith("tool-"))
    return h(
      "pre",
      { key, className: part.state },
      JSON.stringify({ input: part.input, output: part.output }),
    );
  return null;
}

createRoot(document.querySelector("#root")).render(h(Chat));
