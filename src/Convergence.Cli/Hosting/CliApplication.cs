using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
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
        var parsed = CreateRoot(context).Parse(args);
        var failures = new FailureReporter(context.Terminal, parsed);
        if (parsed.Action is ParseErrorAction || (parsed.Action is null && parsed.Errors.Count > 0))
        {
            return failures.ReportUsage();
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = context.Terminal.Out,
                Error = context.Terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
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
            "Evolves better language models by merging the weights of specialists, without training.",
            [
                ("Evolve a model as a job file says", "convergence evolve examples/evolve-cognates.yaml"),
                ("Help on one command", "convergence evolve --help"),
            ])
        {
            EvolveCommand.Create(context),
            InspectCommand.Create(context),
        };
        root.Add(CommonOptions.Verbose);
        root.Add(new VersionOption());
        root.Add(new HelpOption("--help", "-h", "-?") { Recursive = true, Action = new HelpWithExamples() });
        return root;
    }
}
