using Convergence.Cli.Hosting;

namespace Convergence.Cli.Tests.Support;

/// <summary>Runs command lines inside the test's process.</summary>
internal static class CliRunner
{
    public static CliResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static CliResult Run(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error, IsInteractive: false);
        var exitCode = CliApplication.Run(args, new CliContext(terminal, TimeProvider.System, cancellation));
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}
