/** What {@link WorkersAI.describeImage} takes: an image, alone or with the model's parameters. */
export type DescribeImageInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, DescribeImageParameters> & {
      /** The image, in any form. */
      image: MediaInput;
      /** What to say about it. Default: the model's own question. */
      prompt?: string | undefined;
      /** Another name for `prompt`, as Moondream has it. */
      question?: string | undefined;
      /** Answer the question, describe the image, or find `target`: points or boxes. Moondream only. Default: `"query"`. */
      task?: "query" | "caption" | "point" | "detect" | undefined;
      /** What to find. Moondream only. Default: `"person"`. */
      target?: string | undefined;
      /** The most places. Moondream only. 1 to 500. Default: 150. */
      max_objects?: number | undefined;
      /** The answer comes whole. */
      stream?: false | undefined;
    });

/** A text about an image. */
export interface DescribeImageResult {
  /** The text; `""` where places were asked for. */
  text: string;
  /** Where things are, as fractions of the image's width and height. */
  points?: { x: number; y: number }[];
  /** The boxes of things, as fractions of the image's width and height. */
  objects?: { xmin: number; ymin: number; xmax: number; ymax: number }[];
  /** What it cost, where the service says it. */
  usage?: Usage;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Says what an image shows, or answers a question about it.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { text } = await ai.describeImage("@cf/llava-hf/llava-1.5-7b-hf", { image: file, prompt: "Who is in it?" });
   * ```
   */
  describeImage<const Model extends OfferedModels["describeImage"] | (string & {})>(
    model: Model & ServedBy<"describeImage", Model>,
    input: DescribeImageInput<Model>,
    options?: CallOptions,
  ): Promise<DescribeImageResult>;
}
