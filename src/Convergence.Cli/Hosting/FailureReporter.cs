using System.CommandLine;
using System.Text.Json.Nodes;
using Convergence.Cli.Commands;
using Convergence.EvoMerge.Runs;
using Convergence.Merging;

namespace Convergence.Cli.Hosting;

/// <summary>Says what went wrong: plain words on the error stream, an object on the output for <c>--json</c>.</summary>
internal sealed class FailureReporter(Terminal terminal, ParseResult parsed)
{
    /// <summary>The command line itself could not be understood.</summary>
    public int ReportUsage(string problem)
    {
        Write(problem, ExitCode.BadInput);
        Say(terminal.Error, $"See '{UsageProblem.CommandPath(parsed)} --help'.");
        return ExitCode.BadInput;
    }

    /// <summary>A command failed.</summary>
    public int Report(Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException:
                Write("cancelled.", ExitCode.Cancelled);
                return ExitCode.Cancelled;
            case NoValidCandidateException:
                Write(exception.Message, ExitCode.NoValidCandidate);
                return ExitCode.NoValidCandidate;
            case NotReproducedException:
                Write(exception.Message, ExitCode.NotReproduced);
                return ExitCode.NotReproduced;
            case ConvergenceException or IOException or UnauthorizedAccessException:
                Write(exception.Message, ExitCode.BadInput);
                Trace(exception);
                return ExitCode.BadInput;
            default:
                Write($"unexpected {exception.GetType().Name}: {exception.Message}", ExitCode.UnexpectedError);
                Say(
                    terminal.Error,
                    parsed.GetValue(CommonOptions.Verbose)
                        ? exception.ToString()
                        : "This is a bug. Run the command again with --verbose and report what it prints.");
                return ExitCode.UnexpectedError;
        }
    }

    private void Trace(Exception exception)
    {
        if (parsed.GetValue(CommonOptions.Verbose))
        {
            Say(terminal.Error, exception.ToString());
        }
    }

    private void Write(string message, int exitCode)
    {
        Say(terminal.Error, $"error: {message}");
        if (parsed.Tokens.Any(token => token.Value == CommonOptions.JsonName))
        {
            Say(
                terminal.Out,
                new JsonObject { ["event"] = "error", ["exit_code"] = exitCode, ["message"] = message }.ToJsonString());
        }
    }

    // The failure may be that a stream cannot be written: what the other one and the exit code say must not be lost with it.
    private static void Say(TextWriter stream, string line)
    {
        try
        {
            stream.WriteLine(line);
        }
        catch (IOException)
        {
        }
    }
}
