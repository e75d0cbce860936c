/** The readers of a stream; each returns the number of characters that it has read. */

export const READERS = {
  async events(client, model) {
    let length = 0;
    for await (const event of await client.streamText(model, "Hi")) {
      if (event.type === "text") length += event.text.length;
    }
    return length;
  },
  async chunks(client, model) {
    let length = 0;
    for await (const chunk of await client.run(model, { prompt: "Hi", stream: true }))
      length += chunk.response.length;
    return length;
  },
  async text(client, model) {
    return (await (await client.streamText(model, "Hi")).text()).length;
  },
};
