using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Foundation.Files;
using Convergence.Merging;
using Convergence.Tensors.Cpu;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence extract-lora</c>.</summary>
internal static class ExtractLoraCommand
{
    private const int MaxRank = 4096;

    private static readonly Argument<string> Finetuned = new("FINETUNED")
    {
        Description = "The fine-tuned model: a Hugging Face directory.",
    };

    private static readonly Option<string> Base = new("--base")
    {
        Description = "The model that it was fine-tuned from.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string> Output = new("--out", "-o")
    {
        Description = "The adapter's directory to write; it must not exist.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<int> Rank = CommonOptions.Number(
        "--rank", "The rank of every matrix's factors, at most.", 1, MaxRank, 16);

    private static readonly Option<double?> Energy = CommonOptions.OptionalNumber(
        "--energy",
        "The smallest rank that keeps this share of a difference's energy (squared norm) is enough; at most --rank.",
        1e-6,
        1.0);

    private static readonly Option<string[]> Modules = new("--modules")
    {
        Description = "Only matrices whose name contains one of these, separated by commas. By default every matrix of the layers.",
        HelpName = "NAMES",
        CustomParser = result => [.. result.Tokens.SelectMany(
            token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    private static readonly Option<bool> Embeddings = new("--embeddings")
    {
        Description = "Extract the embedding and the output head too.",
    };

    private static readonly Option<int> Seed = CommonOptions.Number("--seed", "Seed of the random projection.", 0, int.MaxValue, 0);

    private static readonly Option<bool> Json = CommonOptions.Json("Write what was extracted as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "extract-lora",
            "Make a LoRA adapter (PEFT layout) from the difference of a fine-tuned model and its base.",
            [
                ("An adapter of rank 32", "convergence extract-lora models/reasoning --base models/base -o adapter --rank 32"),
                ("As small as keeps 95 % of each difference",
                    "convergence extract-lora models/reasoning --base models/base -o adapter --rank 128 --energy 0.95"),
                ("Queries and values only",
                    "convergence extract-lora models/reasoning --base models/base -o adapter --modules q_proj,v_proj"),
            ])
        {
            Finetuned,
            Base,
            Output,
            Rank,
            Energy,
            Modules,
            Embeddings,
            Seed,
            Json,
        };
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var directory = parsed.GetRequiredValue(Output);
        AtomicDirectory.RefuseExisting(directory);
        var isJson = parsed.GetValue(Json);
        var options = new LoraExtractionOptions
        {
            Rank = parsed.GetValue(Rank),
            Energy = parsed.GetValue(Energy),
            Modules = [.. parsed.GetValue(Modules) ?? []],
            Embeddings = parsed.GetValue(Embeddings),
            Seed = (ulong)parsed.GetValue(Seed),
        };
        using var parents = CommonOptions.OpenParents(parsed);
        using var device = new CpuDevice();
        context.WatchCancellation();
        var extraction = new LoraExtractor(parents, device).Extract(
            parsed.GetRequiredValue(Finetuned), parsed.GetRequiredValue(Base), directory, options,
            isJson ? null : new ModuleLines(context.Terminal.Out), context.Cancellation);
        if (isJson)
        {
            context.Terminal.Out.WriteLine(ToJson(directory, extraction).ToJsonString());
        }
        else
        {
            Print(context.Terminal, directory, extraction);
        }

        return ExitCode.Success;
    }

    private static void Print(Terminal terminal, string directory, LoraExtraction extraction)
    {
        if (extraction.LeftOut.Length > 0)
        {
            var names = string.Join(", ", extraction.LeftOut.Take(6)) + (extraction.LeftOut.Length > 6 ? ", ..." : "");
            terminal.Error.WriteLine($"note: not in the adapter though they differ, {extraction.LeftOut.Length}: {names}");
        }

        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{extraction.Modules.Length} matrices, {extraction.Unchanged} unchanged; "
            + $"the adapter misses {100 * extraction.RelativeError:0.0###} % of their difference (norm)"));
        terminal.Out.WriteLine($"written to {directory}");
    }

    private static JsonObject ToJson(string directory, LoraExtraction extraction) => new()
    {
        ["event"] = "result",
        ["output_directory"] = Path.GetFullPath(directory),
        ["relative_error"] = extraction.RelativeError,
        ["unchanged"] = extraction.Unchanged,
        ["modules"] = new JsonArray([.. extraction.Modules.Select(module => new JsonObject
        {
            ["tensor"] = module.Tensor,
            ["rank"] = module.Rank,
            ["norm"] = module.Norm,
            ["relative_error"] = module.RelativeError,
        })]),
        ["left_out"] = new JsonArray([.. extraction.LeftOut.Select(name => (JsonNode)name)]),
    };

    /// <summary>A line for each matrix as soon as it is done.</summary>
    private sealed class ModuleLines(TextWriter output) : IProgress<ExtractedModule>
    {
        public void Report(ExtractedModule value)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{value.Tensor}  rank {value.Rank}  norm {value.Norm:0.000e+00}  misses {100 * value.RelativeError:0.0###} %"));
            output.Flush();
        }
    }
}
