using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Inspection;
using Convergence.EvoMerge.Runs.Checkpoints;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence inspect</c>.</summary>
internal static class InspectCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Argument<string> Target = new("PATH")
    {
        Description =
            "A model directory, a checkpoint of a run, a recipe, a job, a task file, an optimization, or the directory of its run.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Split = new("--split")
    {
        Description = "Of a task file: the split to show, instead of the one that tasks name.",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Json = CommonOptions.Json("Write the facts as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "inspect",
            "Show what a model, a checkpoint, a recipe, a job, a task file or an optimization holds.",
            [
                ("A model: architecture, tensors, content hash", "convergence inspect models/reasoning"),
                ("A checkpoint: how far the run is; of a directory the newest",
                    "convergence inspect checkpoints/cognates/generation_0010.json"),
                ("A recipe, checked and with its defaults", "convergence inspect recipe.yaml"),
                ("The tasks of a split", "convergence inspect models/tasks/tasks.yaml --split test"),
            ])
        {
            Target,
            Split,
            Json,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(Target), parsed.GetValue(Split), parsed.GetValue(Json), context.Terminal));
        return command;
    }

    private static int Run(string path, string? split, bool isJson, Terminal terminal)
    {
        var (report, print) = Describe(path, split);
        if (isJson)
        {
            terminal.Out.WriteLine(report.ToJsonString(Indented));
        }
        else
        {
            print(terminal.Out, report);
        }

        return ExitCode.Success;
    }

    private static (JsonObject Report, Action<TextWriter, JsonObject> Print) Describe(string path, string? split)
    {
        if (Directory.Exists(path))
        {
            return DescribeDirectory(path);
        }

        if (File.Exists(path))
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".yaml" or ".yml" => YamlReport.Describe(path, split),
                ".json" => JsonReport.Describe(path, split),
                ".safetensors" => (SafetensorsReport.Describe(path), SafetensorsReport.Print),
                ".lock" => throw new ConvergenceException(
                    $"{path}: is the lock of a merge. 'convergence reproduce {path}' proves it; the recipe lies beside it."),
                _ => throw new ConvergenceException(
                    $"{path}: is neither a model directory, nor a recipe (.yaml), nor a checkpoint (.json), "
                    + "nor a weight file (.safetensors)."),
            };
        }

        throw new ConvergenceException($"{path}: does not exist. Name a model directory, a checkpoint file or a recipe file.");
    }

    /// <summary>Of a run's checkpoint directory, the newest checkpoint is meant.</summary>
    private static (JsonObject Report, Action<TextWriter, JsonObject> Print) DescribeDirectory(string path)
    {
        var checkpoints = new CheckpointStore(path, keep: 1);
        if (checkpoints.Generations().Count > 0)
        {
            return (CheckpointReport.Describe(checkpoints.Resolve(CheckpointStore.Latest)), CheckpointReport.Print);
        }

        if (OptimizationReport.IsRun(path))
        {
            return (OptimizationReport.DescribeRun(path), OptimizationReport.Print);
        }

        return File.Exists(Path.Combine(path, "result.json")) && !File.Exists(Path.Combine(path, "config.json"))
            ? throw new ConvergenceException(
                $"{path}: holds the results of a run. Name what to show: {Path.Combine(path, "model")}, recipe.yaml or result.json in it.")
            : (ModelReport.Describe(path), ModelReport.Print);
    }
}
