using System.CommandLine;
using System.CommandLine.Help;
using Convergence.Cli.Commands;
using Convergence.Cli.Help;

namespace Convergence.Cli.Hosting;

/// <summary>The command tree, and the one place where exceptions become words and exit codes.</summary>
internal static class CliApplication
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args, CliContext context)
    {
        // Called with nothing, it says what it can do, and that nothing was done.
        var parsed = CreateRoot(context).Parse(args.Length == 0 ? ["--help"] : args);
        var failures = new FailureReporter(context.Terminal, parsed);
        if (UsageProblem.Find(parsed) is { } problem)
        {
            return failures.ReportUsage(problem);
        }

        try
        {
            var exitCode = parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Terminal.Out,
                Error = context.Terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            return args.Length == 0 ? ExitCode.BadInput : exitCode;
        }
#pragma warning disable CA1031 // The last resort: every exception becomes a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return failures.Report(exception);
        }
    }

    internal static DocumentedCommand CreateRoot(CliContext context)
    {
        var root = new DocumentedCommand(
            "convergence",
            "Evolves better language models by merging the weights of specialists, and optimises the parameters of APIs.",
            [
                ("Evolve a model as a job file says", "convergence evolve examples/evolve-cognates.yaml"),
                ("Optimise an API as a file says", "convergence optimize optimization.yaml"),
                ("Help on one command", "convergence evolve --help"),
            ])
        {
            EvolveCommand.Create(context),
            MergeCommand.Create(context),
            DoctorCommand.Create(context),
            EvalCommand.Create(context),
            InspectCommand.Create(context),
            GenerateCommand.Create(context),
            ServeModelCommand.Create(context),
            DiffCommand.Create(context),
            ExtractLoraCommand.Create(context),
            ReproduceCommand.Create(context),
            InitCommand.Create(context),
            OptimizeCommand.Create(context),
            RescoreCommand.Create(context),
            ReportCommand.Create(context),
            InfoCommand.Create(context),
            VersionCommand.Create(context),
        };
        root.Add(CommonOptions.Verbose);
        root.Add(new VersionOption());
        root.Add(new HelpOption("--help", "-h", "-?") { Recursive = true, Action = new HelpWithExamples() });
        return root;
    }
}
