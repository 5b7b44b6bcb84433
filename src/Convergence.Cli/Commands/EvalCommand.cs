using System.CommandLine;
using System.Text.Json.Nodes;
using Convergence.Cli.Evaluation;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Tasks;
using Convergence.LanguageModels.Tokenizers;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Models;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence eval</c>.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "The model: a Hugging Face directory." };

    private static readonly Option<string> Tasks = new("--tasks")
    {
        Description = "The task file (YAML; see docs/formats/tasks.md).",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string?> Split = new("--split")
    {
        Description = "The split to score, instead of the one that tasks name.",
        HelpName = "NAME",
    };

    private static readonly Option<int?> Limit = CommonOptions.OptionalNumber(
        "--limit", "At most this many examples of each task, drawn by its seed.", 1, int.MaxValue);
    private static readonly Option<bool> Json = CommonOptions.Json("Write the scores as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "eval",
            "Score a model in the tasks of a file, each score with its 95 % bootstrap interval over examples.",
            [
                ("All tasks of a file", "convergence eval models/reasoning --tasks models/tasks/tasks.yaml --split test"),
                ("A quick look", "convergence eval models/reasoning --tasks models/tasks/tasks.yaml --split test --limit 50"),
            ])
        {
            Model,
            Tasks,
            Split,
            Limit,
            Json,
        };
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context)
    {
        var tasks = TaskFile.ReadFile(parsed.GetRequiredValue(Tasks), parsed.GetValue(Split));
        using var directory = ModelDirectory.Open(parsed.GetRequiredValue(Model));
        var texts = ModelTokenizer.FromDirectory(directory);
        using var device = new CpuDevice();
        using var model = LanguageModel.Load(device, directory.Config, directory.Weights, directory.Path);
        var limit = parsed.GetValue(Limit);
        var prepared = tasks
            .Select(task => limit is null ? task : task with { Limit = Math.Min(limit.Value, task.Limit ?? int.MaxValue) })
            .Select(task => PreparedTask.Prepare(task, texts, model.Shape.MaxPositions))
            .ToList();
        var evaluator = new TaskEvaluator(model);
        var table = new ScoreTable(parsed.GetValue(Json) ? TextWriter.Null : context.Terminal.Out, prepared);
        var scores = new JsonArray();
        context.WatchCancellation();
        foreach (var task in prepared)
        {
            var start = context.Time.GetTimestamp();
            var score = ScoredTask.Of(evaluator.Evaluate(task, context.Cancellation), context.Time.GetElapsedTime(start));
            table.Add(score);
            scores.Add(score.ToJson());
        }

        if (parsed.GetValue(Json))
        {
            context.Terminal.Out.WriteLine(
                new JsonObject { ["event"] = "result", ["model"] = directory.Path, ["tasks"] = scores }.ToJsonString());
        }

        return ExitCode.Success;
    }
}
