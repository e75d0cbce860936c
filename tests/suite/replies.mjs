export default [
  {
    name: "an error beside no choices",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: {
          message: "boom",
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      retryable: true,
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error with usage beside it",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: {
          message: "boom",
        },
        usage: {
          prompt_tokens: 1,
          completion_tokens: 2,
          total_tokens: 3,
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
        usage: {
          promptTokens: 1,
          completionTokens: 2,
          totalTokens: 3,
        },
      },
    },
  },
  {
    name: "an error with the number of a refusal",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: {
          message: "boom",
          code: 400,
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "INVALID_INPUT",
      internalCode: 400,
      retryable: false,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error with the number of a passing failure",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: {
          message: "boom",
          code: 502,
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      internalCode: 502,
      retryable: true,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is a text",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is a number",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: 3040,
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is true",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: true,
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is a list",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [],
        error: [
          {
            message: "boom",
            code: 3036,
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "DAILY_QUOTA",
      internalCode: 3036,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "errors that are an object",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        success: false,
        errors: {
          code: 5006,
          message: "boom",
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "INVALID_INPUT",
      internalCode: 5006,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "errors that are a text",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        errors: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error in the first choice",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: null,
            error: {
              message: "boom",
              code: 3040,
            },
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error beside text",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
        error: {
          message: "boom",
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error beside text of the older dialect",
    events: [
      {
        response: "Hel",
      },
      {
        response: "lo",
        error: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error after the finish reason",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      {
        choices: [],
        error: {
          message: "boom",
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error in a result",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        result: {
          error: {
            message: "boom",
          },
        },
        success: false,
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "vLLM's error at once",
    events: [
      {
        object: "error",
        message: "boom",
        type: "InternalServerError",
        param: null,
        code: 500,
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      internalCode: 500,
      says: "boom",
      partial: {
        text: "",
      },
    },
  },
  {
    name: "vLLM's error after text",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        object: "error",
        message: "boom",
        type: "InternalServerError",
        param: null,
        code: 500,
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      internalCode: 500,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a bare code and message",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        code: 2021,
        message: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "PAYMENT_REQUIRED",
      internalCode: 2021,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "success that is false",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        success: false,
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a type that is error",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        type: "error",
        error: {
          type: "overloaded_error",
          message: "Overloaded",
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      says: "Overloaded",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a failed response",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        type: "response.failed",
        response: {
          status: "failed",
          error: {
            code: "server_error",
            message: "boom",
          },
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "empty finish reasons and no end",
    events: [
      {
        id: "c",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: "",
          },
        ],
      },
      {
        id: "c",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: "",
          },
        ],
      },
    ],
    expect: {
      code: "TRUNCATED",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "blank finish reasons and no end",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: " ",
          },
        ],
      },
    ],
    expect: {
      code: "TRUNCATED",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "empty finish reasons and an end",
    events: [
      {
        id: "c",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: "",
          },
        ],
      },
      {
        id: "c",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: "",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "nothing but an end",
    events: ["[DONE]"],
    expect: {
      code: "TRUNCATED",
    },
  },
  {
    name: "nothing but usage",
    events: [
      {
        choices: [],
        usage: {
          prompt_tokens: 1,
          completion_tokens: 2,
          total_tokens: 3,
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
      cc: "TRUNCATED",
    },
  },
  {
    name: "nothing that is known",
    events: [
      {
        a: 1,
      },
      "[DONE]",
    ],
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
      cc: "TRUNCATED",
    },
  },
  {
    name: "no error: null",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        error: null,
        errors: null,
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: an empty object",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        error: {},
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: an empty text",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        error: "",
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: an empty list",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        errors: [],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: false",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        error: false,
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: nulls within",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        error: {
          message: null,
          code: "",
        },
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "no error: a warning of a success",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
        success: true,
        errors: [
          {
            message: "slow",
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "usage alone",
    answer: {
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
      },
    },
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
    },
  },
  {
    name: "usage and no choices",
    answer: {
      choices: [],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
      },
    },
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
    },
  },
  {
    name: "a finish reason alone",
    answer: {
      choices: [
        {
          index: 0,
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
      cc: false,
    },
  },
  {
    name: "an empty answer",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "",
          },
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      text: "",
      finishReason: "stop",
    },
  },
  {
    name: "an envelope whose errors are an object",
    answer: {
      success: false,
      result: null,
      errors: {
        code: 5006,
        message: "boom",
      },
    },
    expect: {
      code: "INVALID_INPUT",
      internalCode: 5006,
      says: "boom",
    },
  },
  {
    name: "an error beside an answer",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "Hello",
          },
          finish_reason: "stop",
        },
      ],
      error: {
        message: "boom",
        code: 502,
      },
    },
    expect: {
      code: "SERVER",
      internalCode: 502,
      says: "boom",
    },
  },
  {
    name: "an error beside a response",
    answer: {
      response: "Hello",
      error: "boom",
    },
    expect: {
      code: "SERVER",
      says: "boom",
    },
  },
  {
    name: "an error in the choice of an answer",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "",
          },
          finish_reason: "error",
          error: {
            code: 3040,
            message: "boom",
          },
        },
      ],
    },
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
    },
  },
  {
    name: "vLLM's error as an answer",
    answer: {
      object: "error",
      message: "boom",
      type: "InternalServerError",
      param: null,
      code: 500,
    },
    expect: {
      code: "SERVER",
      internalCode: 500,
      says: "boom",
    },
  },
  {
    name: "an error in the result of an envelope",
    answer: {
      success: true,
      errors: [],
      messages: [],
      result: {
        error: {
          code: 3036,
          message: "boom",
        },
      },
    },
    expect: {
      code: "DAILY_QUOTA",
      internalCode: 3036,
      says: "boom",
    },
  },
  {
    name: "a failed run of a gateway",
    answer: {
      state: "Failed",
      result: null,
      error: {
        message: "boom",
        code: 2014,
      },
    },
    expect: {
      code: "TIMEOUT",
      internalCode: 2014,
      says: "boom",
    },
  },
  {
    name: "a finish reason that is error",
    events: [
      {
        choices: [
          {
            finish_reason: "error",
            delta: {},
          },
        ],
        error: {
          code: 3040,
          message: "Capacity temporarily exceeded",
        },
      },
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      retryable: true,
      says: "Capacity temporarily exceeded",
    },
  },
  {
    name: "the sentence of the wrapper",
    body: 'data: {"response":"Hello"}\n\nevent: error\ndata: {"message":"The wrapper has the words.","error":{"code":"nested"}}\n\n',
    type: "text/event-stream",
    expect: {
      code: "SERVER",
      says: "The wrapper has the words",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a title and a sentence",
    body: 'data: {"response":"Hello"}\n\nevent: error\ndata: {"message":"The sentence.","error":"Title"}\n\n',
    type: "text/event-stream",
    expect: {
      code: "SERVER",
      says: "The sentence",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is broken JSON",
    body: 'data: {"response":"Hello"}\n\nevent: error\ndata: {"message":"a secret\n\n',
    type: "text/event-stream",
    expect: {
      code: "SERVER",
      hides: "secret",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is plain text",
    body: 'data: {"response":"Hello"}\n\nevent: error\ndata: 3040: out of capacity\n\n',
    type: "text/event-stream",
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "out of capacity",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error of several lines",
    body: 'data: {"response":"Hello"}\n\nevent: error\r\ndata: {"message":\r\ndata: "boom"}\r\n\r\n',
    type: "text/event-stream",
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "JSON in the words",
    events: [
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "Hel",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "lo",
            },
            finish_reason: null,
          },
        ],
      },
      {
        error: {
          code: 8007,
          message:
            'AiError: AiError: {"object": "error", "message": "This model\'s maximum context length is 10 tokens.", "type": "BadRequestError", "param": "messages", "code": 400} (0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d)',
        },
      },
    ],
    expect: {
      code: "CONTEXT_EXCEEDED",
      internalCode: 8007,
      says: "This model's maximum context length is 10 tokens (code 8007)",
      field: "messages",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "the words of a context that is exceeded",
    events: [
      {
        error: {
          message: "This model's maximum context length is 10 tokens.",
          code: 400,
        },
      },
    ],
    expect: {
      code: "CONTEXT_EXCEEDED",
      internalCode: 400,
      says: "maximum context length",
    },
  },
  {
    name: "OpenAI's error as events",
    body: '{"error": {"message": "boom", "type": "server_error", "code": 3040}}',
    type: "text/event-stream",
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
    },
  },
  {
    name: "an envelope's error as events",
    body: '{"success":false,"errors":[{"code":3036,"message":"boom"}],"result":null}',
    type: "text/event-stream",
    expect: {
      code: "DAILY_QUOTA",
      internalCode: 3036,
      says: "boom",
    },
  },
  {
    name: "a pretty-printed error as events",
    body: '{\n  "success": false,\n  "errors": [\n    {\n      "code": 5007,\n      "message": "boom"\n    }\n  ]\n}\n',
    type: "text/event-stream",
    expect: {
      code: "MODEL_NOT_FOUND",
      internalCode: 5007,
      says: "boom",
    },
  },
  {
    name: "an answer as events",
    body: '{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]}',
    type: "text/event-stream",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an enveloped answer as events",
    body: '{\n "success": true,\n "result": {\n  "response": "Hello"\n },\n "errors": [],\n "messages": []\n}',
    type: "text/event-stream",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "half an answer as events",
    body: '{"choices": [{"index": 0, "message": {"r',
    type: "text/event-stream",
    expect: {
      code: "TRUNCATED",
    },
  },
  {
    name: "broken JSON as events",
    body: '{"choices":,}',
    type: "text/event-stream",
    expect: {
      code: "MALFORMED_RESPONSE",
    },
  },
  {
    name: "a page as events",
    body: "<!DOCTYPE html>\n<html>data: x</html>",
    type: "text/event-stream",
    expect: {
      code: "MALFORMED_RESPONSE",
      says: "web page",
    },
  },
  {
    name: "an answer as plain text",
    body: '{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]}',
    type: "text/plain",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an answer without a type",
    body: '{"response":"Hello"}',
    type: "",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an answer as a page",
    body: '{"response":"Hello"}',
    type: "text/html",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an error as plain text",
    body: '{"error": {"message": "boom", "type": "server_error", "code": 3040}}',
    type: "text/plain",
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
    },
  },
  {
    name: "events as JSON",
    body: 'data: {"response":"Hel"}\n\ndata: {"response":"lo"}\n\ndata: [DONE]\n\n',
    type: "application/json",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "events as plain text",
    body: 'data: {"response":"Hel"}\n\ndata: {"response":"lo"}\n\ndata: [DONE]\n\n',
    type: "text/plain; charset=utf-8",
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an error among events as JSON",
    body: 'data: {"response":"Hello"}\n\ndata: {"errors":[{"code":3040,"message":"boom"}]}\n\n',
    type: "application/json",
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a page as JSON",
    body: "<html>boom</html>",
    type: "application/json",
    expect: {
      code: "MALFORMED_RESPONSE",
      says: "web page",
    },
  },
  {
    name: "reasoning of numbers",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              reasoning_content: "2",
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              reasoning_content: 0,
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              reasoning_content: 24,
            },
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: "a",
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "a",
      reasoning: "2024",
      finishReason: "stop",
    },
  },
  {
    name: "reasoning of booleans",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              reasoning: true,
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              reasoning: "!",
            },
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: 7,
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {
              content: false,
            },
            finish_reason: null,
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "7false",
      reasoning: "true!",
      finishReason: "stop",
    },
  },
  {
    name: "thinking parts",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: [
              {
                type: "thinking",
                thinking: [
                  {
                    type: "text",
                    text: "hm",
                  },
                ],
              },
              {
                type: "text",
                text: "4",
              },
            ],
          },
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      text: "4",
      reasoning: "hm",
      finishReason: "stop",
    },
  },
  {
    name: "thinking parts in a stream",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: [
                {
                  type: "thinking",
                  thinking: "h",
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              content: [
                {
                  type: "thinking",
                  thinking: [
                    {
                      type: "text",
                      text: "m",
                    },
                  ],
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              content: [
                {
                  type: "text",
                  text: "4",
                },
              ],
            },
          },
        ],
      },
      {
        id: "c",
        object: "chat.completion.chunk",
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "stop",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "4",
      reasoning: "hm",
      finishReason: "stop",
    },
  },
  {
    name: "a JSON list of texts",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: ["a"],
          },
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      text: '["a"]',
      finishReason: "stop",
    },
  },
  {
    name: "a JSON list of objects",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: [
              {
                name: "a",
              },
            ],
          },
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      text: '[{"name":"a"}]',
      finishReason: "stop",
    },
  },
  {
    name: "a JSON object",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: {
              a: 1,
            },
          },
          finish_reason: "stop",
        },
      ],
    },
    expect: {
      text: '{"a":1}',
      finishReason: "stop",
    },
  },
  {
    name: "Anthropic's events",
    body: 'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c", "stop_reason": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 1}\n\nevent: message_delta\ndata: {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, "usage": {"output_tokens": 15}}\n\nevent: message_stop\ndata: {"type": "message_stop"}\n\n',
    type: "text/event-stream",
    expect: {
      text: "Hello",
      reasoning: "hm",
      finishReason: "stop",
      usage: {
        promptTokens: 25,
        completionTokens: 15,
        totalTokens: 40,
      },
    },
  },
  {
    name: "Anthropic's events, cut off by max_tokens",
    body: 'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c", "stop_reason": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 1}\n\nevent: message_delta\ndata: {"type": "message_delta", "delta": {"stop_reason": "max_tokens", "stop_sequence": null}, "usage": {"output_tokens": 15}}\n\nevent: message_stop\ndata: {"type": "message_stop"}\n\n',
    type: "text/event-stream",
    expect: {
      text: "Hello",
      reasoning: "hm",
      finishReason: "length",
      usage: {
        promptTokens: 25,
        completionTokens: 15,
        totalTokens: 40,
      },
    },
  },
  {
    name: "Anthropic's events with a call",
    body: 'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c", "stop_reason": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 1}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\\"a\\":"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": " 1}"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 2}\n\nevent: message_delta\ndata: {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null}, "usage": {"output_tokens": 15}}\n\nevent: message_stop\ndata: {"type": "message_stop"}\n\n',
    type: "text/event-stream",
    expect: {
      text: "Hello",
      reasoning: "hm",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "toolu_1",
          name: "f",
          arguments: {
            a: 1,
          },
        },
      ],
      usage: {
        promptTokens: 25,
        completionTokens: 15,
        totalTokens: 40,
      },
    },
  },
  {
    name: "Anthropic's events that end early",
    body: 'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c", "stop_reason": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 1}\n\n',
    type: "text/event-stream",
    expect: {
      code: "TRUNCATED",
      partial: {
        text: "Hello",
        reasoning: "hm",
      },
    },
  },
  {
    name: "Anthropic's events with an error",
    body: 'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "c", "stop_reason": null, "usage": {"input_tokens": 25, "output_tokens": 1}}}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 0}\n\nevent: content_block_start\ndata: {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}}\n\nevent: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}}\n\nevent: content_block_stop\ndata: {"type": "content_block_stop", "index": 1}\n\nevent: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}\n\n',
    type: "text/event-stream",
    expect: {
      code: "CAPACITY",
      says: "Overloaded",
      partial: {
        text: "Hello",
        reasoning: "hm",
      },
    },
  },
  {
    name: "Anthropic's message",
    answer: {
      id: "m",
      type: "message",
      role: "assistant",
      model: "c",
      content: [
        {
          type: "thinking",
          thinking: "hm",
        },
        {
          type: "text",
          text: "Hello",
        },
        {
          type: "tool_use",
          id: "toolu_1",
          name: "f",
          input: {
            a: 1,
          },
        },
      ],
      stop_reason: "tool_use",
      usage: {
        input_tokens: 20,
        cache_read_input_tokens: 5,
        output_tokens: 15,
      },
    },
    expect: {
      text: "Hello",
      reasoning: "hm",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "toolu_1",
          name: "f",
          arguments: {
            a: 1,
          },
        },
      ],
      usage: {
        promptTokens: 25,
        completionTokens: 15,
        totalTokens: 40,
        cachedTokens: 5,
      },
    },
  },
  {
    name: "an enveloped run of a gateway",
    answer: {
      state: "Completed",
      result: {
        choices: [
          {
            index: 0,
            message: {
              role: "assistant",
              content: "Hello",
            },
            finish_reason: "stop",
          },
        ],
      },
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "a fragment without an index goes on with the last call",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: 0,
                  id: "a",
                  function: {
                    name: "f",
                    arguments: "{}",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: 1,
                  id: "b",
                  function: {
                    name: "g",
                    arguments: '{"x":',
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  function: {
                    arguments: "1}",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "tool_calls",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "a",
          name: "f",
          arguments: {},
        },
        {
          id: "b",
          name: "g",
          arguments: {
            x: 1,
          },
        },
      ],
    },
  },
  {
    name: "a fragment with an id and no index",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  id: "a",
                  function: {
                    name: "f",
                    arguments: "",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  id: "b",
                  function: {
                    name: "g",
                    arguments: "",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  id: "a",
                  function: {
                    arguments: '{"x":1}',
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  id: "b",
                  function: {
                    arguments: "{}",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "tool_calls",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "a",
          name: "f",
          arguments: {
            x: 1,
          },
        },
        {
          id: "b",
          name: "g",
          arguments: {},
        },
      ],
    },
  },
  {
    name: "two calls with one id",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: 0,
                  id: "functions.f:0",
                  function: {
                    name: "f",
                    arguments: "{}",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: 1,
                  id: "functions.f:0",
                  function: {
                    name: "f",
                    arguments: '{"x":1}',
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "tool_calls",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "functions.f:0",
          name: "f",
          arguments: {},
        },
        {
          name: "f",
          arguments: {
            x: 1,
          },
        },
      ],
    },
  },
  {
    name: "an error in an envelope's result",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        result: {
          error: {
            code: 3040,
            message: "boom",
          },
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error in a delta",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {
              error: {
                code: 3040,
                message: "boom",
              },
            },
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "no success, as a text",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        success: "false",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error that is a JSON text",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      '"3040: Capacity temporarily exceeded"',
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error in a list",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      [
        {
          error: {
            code: 3040,
            message: "boom",
          },
        },
      ],
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a problem of the edge",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        status: 429,
        error_code: 1015,
        title: "Error 1015",
        retry_after: 30,
      },
      "[DONE]",
    ],
    expect: {
      code: "RATE_LIMITED",
      internalCode: 1015,
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an exception by its name",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        name: "InferenceUpstreamError",
        message: "3040: boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a status and a message",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        status: 500,
        message: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a status in words",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        status: "error",
        message: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "an error event of Responses",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        type: "response.error",
        message: "boom",
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      says: "boom",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a cancelled response",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        type: "response.cancelled",
        response: {
          status: "cancelled",
          output: [],
        },
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a finish reason in capitals",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "ERROR",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a finish reason that says failed",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "failed",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "SERVER",
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "a known error behind others",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              content: "Hello",
            },
            finish_reason: null,
          },
        ],
      },
      {
        errors: [
          null,
          {
            message: "outer",
          },
          {
            code: 3036,
            message: "daily quota",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      code: "DAILY_QUOTA",
      internalCode: 3036,
      partial: {
        text: "Hello",
      },
    },
  },
  {
    name: "chunks in envelopes",
    events: [
      {
        result: {
          response: "Hel",
        },
      },
      {
        state: "Running",
        result: {
          response: "lo",
        },
      },
      "[DONE]",
    ],
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an envelope around a gateway's run",
    answer: {
      success: true,
      errors: [],
      messages: [],
      result: {
        state: "Completed",
        result: {
          choices: [
            {
              index: 0,
              message: {
                role: "assistant",
                content: "Hello",
              },
              finish_reason: "stop",
            },
          ],
        },
      },
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "an envelope within an envelope",
    answer: {
      success: true,
      errors: [],
      messages: [],
      result: {
        success: true,
        errors: [],
        messages: [],
        result: {
          choices: [
            {
              index: 0,
              message: {
                role: "assistant",
                content: "Hello",
              },
              finish_reason: "stop",
            },
          ],
        },
      },
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "a failure beside a whole answer",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "Hello",
          },
          finish_reason: "error",
        },
      ],
      error: {
        code: 3040,
        message: "boom",
      },
      usage: {
        prompt_tokens: 9,
        completion_tokens: 9,
        total_tokens: 18,
      },
    },
    expect: {
      code: "CAPACITY",
      internalCode: 3040,
      says: "boom",
    },
  },
  {
    name: "a response whose content is a text",
    answer: {
      object: "response",
      status: "completed",
      output: [
        {
          type: "message",
          role: "assistant",
          content: "Hello",
        },
      ],
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "a message of Anthropic's whose content is a text",
    answer: {
      type: "message",
      role: "assistant",
      content: "Hello",
      stop_reason: "end_turn",
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
  {
    name: "a response that is not over",
    answer: {
      object: "response",
      status: "in_progress",
      output: [],
    },
    expect: {
      code: "MALFORMED_RESPONSE",
      run: false,
      cc: false,
    },
  },
  {
    name: "a response that was cancelled",
    answer: {
      object: "response",
      status: "cancelled",
      output: [],
    },
    expect: {
      code: "SERVER",
      run: false,
      cc: false,
    },
  },
  {
    name: "a call with an index as a text",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: "0",
                  id: "a",
                  type: "function",
                  function: {
                    name: "f",
                    arguments: "{}",
                  },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "tool_calls",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "a",
          name: "f",
          arguments: {},
        },
      ],
    },
  },
  {
    name: "a call that is no list",
    events: [
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: {
                index: 0,
                id: "a",
                type: "function",
                function: {
                  name: "f",
                  arguments: "{}",
                },
              },
            },
          },
        ],
      },
      {
        choices: [
          {
            index: 0,
            delta: {},
            finish_reason: "tool_calls",
          },
        ],
      },
      "[DONE]",
    ],
    expect: {
      text: "",
      finishReason: "tool-calls",
      toolCalls: [
        {
          id: "a",
          name: "f",
          arguments: {},
        },
      ],
    },
  },
  {
    name: "counts as texts",
    answer: {
      response: "Hello",
      usage: {
        prompt_tokens: "5",
        completion_tokens: "2",
        total_tokens: 0,
      },
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
      usage: {
        promptTokens: 5,
        completionTokens: 2,
        totalTokens: 7,
      },
    },
  },
  {
    name: "a finish reason MAX_TOKENS",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "Hello",
          },
          finish_reason: "MAX_TOKENS",
        },
      ],
    },
    expect: {
      text: "Hello",
      finishReason: "length",
    },
  },
  {
    name: "a finish reason SAFETY",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "Hello",
          },
          finish_reason: "SAFETY",
        },
      ],
    },
    expect: {
      text: "Hello",
      finishReason: "content-filter",
    },
  },
  {
    name: "a finish reason STOP",
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "Hello",
          },
          finish_reason: "STOP",
        },
      ],
    },
    expect: {
      text: "Hello",
      finishReason: "stop",
    },
  },
];
