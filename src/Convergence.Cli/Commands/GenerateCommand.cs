using System.CommandLine;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence generate</c>.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> Model = new("MODEL")
    {
        Description = "The model: a Hugging Face directory with a tokenizer.json.",
    };
    /// <summary>The one option whose value may be empty: the model then begins a text.</summary>
    public const string PromptName = "--prompt";

    private static readonly Option<string> Prompt = new(PromptName)
    {
        Description = "What to continue.",
        HelpName = "TEXT",
        Required = true,
    };
    private static readonly Option<int> MaxNewTokens = CommonOptions.Number(
        "--max-new-tokens", "The most tokens to add.", 1, 1_000_000, 64);
    private static readonly Option<double> Temperature = CommonOptions.Number(
        "--temperature", "0 takes the likeliest token; higher is more varied.", 0.0, 1000.0, 0.0);
    private static readonly Option<int> TopK = CommonOptions.Number(
        "--top-k", "Sample from this many likeliest tokens; 0: from all.", 0, int.MaxValue, 0);
    private static readonly Option<double> TopP = CommonOptions.Number(
        "--top-p", "Sample from the likeliest tokens with this probability together.", 1e-6, 1.0, 1.0);
    private static readonly Option<ulong> Seed = CommonOptions.Number("--seed", "What sampling follows from.", 0UL, ulong.MaxValue, 0UL);
    private static readonly Option<bool> Json = CommonOptions.Json("Write the completion as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "generate",
            "Let a model continue a text.",
            [
                ("The likeliest continuation", "convergence generate models/reasoning --prompt \"calc 31 -1 -8=\" --max-new-tokens 6"),
                ("Sampled, repeatable by its seed",
                    "convergence generate models/base --prompt 'Once' --temperature 0.8 --top-p 0.95 --seed 3"),
            ])
        {
            Model,
            Prompt,
            MaxNewTokens,
            Temperature,
            TopK,
            TopP,
            Seed,
            Json,
        };
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        using var directory = ModelDirectory.Open(parsed.GetRequiredValue(Model));
        var texts = ModelTokenizer.FromDirectory(directory);
        var tokenizer = texts.Tokenizer ?? throw new ConvergenceException(
            $"{directory.Path}: holds no tokenizer.json, so it cannot read a prompt. Copy the file from the model that it was made from.");
        var prompt = parsed.GetRequiredValue(Prompt);
        var tokens = texts.EncodePrompt(prompt);
        using var device = new CpuDevice();
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, directory.Path);
        var options = new GenerationOptions
        {
            MaxNewTokens = parsed.GetValue(MaxNewTokens),
            Temperature = parsed.GetValue(Temperature),
            TopK = parsed.GetValue(TopK),
            TopP = parsed.GetValue(TopP),
            Seed = parsed.GetValue(Seed),
            StopTokens = texts.EndTokens,
        };
        context.WatchCancellation();
        var start = context.Time.GetTimestamp();
        var sequence = model.Generate([tokens], options, context.Cancellation)[0];
        var seconds = context.Time.GetElapsedTime(start).TotalSeconds;

        // Decoded together, because a tokenizer may join what stands on both sides of the border.
        var (before, whole) = (tokenizer.Decode(tokens), tokenizer.Decode([.. tokens, .. sequence.Tokens]));
        var completion = whole.StartsWith(before, StringComparison.Ordinal)
            ? whole[before.Length..]
            : tokenizer.Decode(sequence.Tokens.AsSpan());
        // A person's terminal is kept safe from what a model may say; a file gets it as it is.
        var output = context.Terminal.IsInteractive ? context.Terminal.Out : context.Terminal.Raw;
        output.WriteLine(parsed.GetValue(Json)
            ? ToJson(prompt, completion, tokens.Length, sequence, seconds).ToJsonString()
            : prompt + completion);
        return ExitCode.Success;
    }

    private static JsonObject ToJson(
        string prompt, string completion, int promptLength, GeneratedSequence sequence, double seconds) => new()
        {
            ["event"] = "result",
            ["prompt"] = prompt,
            ["completion"] = completion,
            ["prompt_tokens"] = promptLength,
            ["completion_tokens"] = sequence.Tokens.Length,
            ["finish_reason"] = sequence.Reason.ToString().ToLowerInvariant(),
            ["seconds"] = seconds,
        };
}
