using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Convergence.Cli.Hosting;

namespace Convergence.Cli.Help;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly (int Code, string Meaning)[] CommonExitCodes =
    [
        (ExitCode.Success, "success"),
        (ExitCode.UnexpectedError, "unexpected error: a bug"),
        (ExitCode.BadInput, "bad input: an option, a setting or a file that has to be mended"),
        (ExitCode.Cancelled, "cancelled by Ctrl-C or SIGTERM"),
    ];

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = new HelpAction { MaxWidth = 110 }.Invoke(parseResult);
        if (parseResult.CommandResult.Command is DocumentedCommand command)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var (purpose, commandLine) in command.Examples)
            {
                output.WriteLine($"  # {purpose}");
                output.WriteLine($"  {commandLine}");
            }

            output.WriteLine();
            output.WriteLine("Exit codes:");
            foreach (var (code, meaning) in command.ExtraExitCodes.Concat(CommonExitCodes)
                .DistinctBy(pair => pair.Code)
                .OrderBy(pair => pair.Code))
            {
                output.WriteLine($"  {code,3}  {meaning}");
            }
        }

        return exitCode;
    }
}
