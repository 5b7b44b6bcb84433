using System.CommandLine;
using System.Text.Json;
using Convergence.Cli.Diagnosis;
using Convergence.Cli.Help;
using Convergence.Cli.Hosting;
using Convergence.Cli.Optimizing;
using Convergence.Foundation.Files;
using Convergence.Merging;
using Convergence.Merging.Diagnosis;
using Convergence.Tensors.Cpu;

namespace Convergence.Cli.Commands;

/// <summary><c>convergence doctor</c>.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Argument<string[]> Models = new("MODEL")
    {
        Description = "The model directories to examine: one for its health, several for whether they can be merged. "
            + "Or one configuration of an optimization.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Base = new("--base")
    {
        Description = "The model that the others were fine-tuned from; with it task vectors are measured, too.",
        HelpName = "MODEL",
    };

    private static readonly Option<string?> Html = new("--html")
    {
        Description = "Write a page with plots to this file; a file of that name is replaced.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Root = CommonOptions.Root();

    private static readonly Option<bool> Json = CommonOptions.Json("Write the diagnosis as one JSON object.");

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand(
            "doctor",
            "Say before any work whether and how models can be merged, or an optimization be run: reads, writes nothing.",
            [
                ("Specialists and the model they were fine-tuned from",
                    "convergence doctor models/reasoning models/memory_integration --base models/base"),
                ("The same as a page with plots",
                    "convergence doctor models/reasoning models/memory_integration --base models/base --html doctor.html"),
                ("The health of one model", "convergence doctor models/reasoning"),
                ("What in a configuration does not do what it seems to, and what it lacks", "convergence doctor optimization.yaml"),
            ])
        {
            ExtraExitCodes = [(ExitCode.NotMergeable, "something blocks a merge, or a run; the findings say what, and the cure")],
        };
        command.Add(Models);
        command.Add(Base);
        command.Add(Html);
        command.Add(Root);
        command.Add(Json);
        command.SetAction(parsed => Run(parsed, context));
        return command;
    }

    private static int Run(ParseResult parsed, CliContext context) =>
        parsed.GetRequiredValue(Models).FirstOrDefault(OptimizationFile.IsFile) is { } file
            ? ExamineConfiguration(file, parsed, context.Terminal)
            : ExamineModels(parsed, context);

    private static int ExamineConfiguration(string file, ParseResult parsed, Terminal terminal)
    {
        if (parsed.GetRequiredValue(Models).Length > 1 || parsed.GetValue(Base) is not null || parsed.GetValue(Html) is not null)
        {
            throw new ConvergenceException(
                $"{file}: is a file, where the others are models. Examine a configuration alone, without --base and --html.");
        }

        OptimizationFile.Require(file);
        return OptimizationDoctor.Run(file, parsed.GetValue(Json), terminal.Out);
    }

    private static int ExamineModels(ParseResult parsed, CliContext context)
    {
        using var parents = CommonOptions.OpenParents(parsed, Root);
        using var device = new CpuDevice();
        var models = parsed.GetRequiredValue(Models);
        var baseModel = parsed.GetValue(Base);
        var page = parsed.GetValue(Html);
        if (page is not null)
        {
            OutputPlace.RefuseFile(page, parents, baseModel is null ? models : [.. models, baseModel]);
        }

        var diagnosis = ModelDoctor.Examine(parents, models, baseModel, device, context.Cancellation);
        if (page is not null)
        {
            AtomicFile.WriteAllText(page, DiagnosisPage.Render(diagnosis));
        }

        if (parsed.GetValue(Json))
        {
            context.Terminal.Out.WriteLine(DiagnosisJson.Of(diagnosis).ToJsonString(Indented));
        }
        else
        {
            DiagnosisText.Print(context.Terminal.Out, diagnosis);
        }

        return diagnosis.CanBeMerged ? ExitCode.Success : ExitCode.NotMergeable;
    }
}
