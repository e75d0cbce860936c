// The methods of tasks: each takes the client and what the caller gave. Names are those of src/client/later.js.

export {};
