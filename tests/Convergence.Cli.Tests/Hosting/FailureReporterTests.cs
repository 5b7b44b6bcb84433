using Convergence.Cli.Hosting;

namespace Convergence.Cli.Tests.Hosting;

/// <summary>What is said when the streams themselves fail.</summary>
public sealed class FailureReporterTests
{
    [Test]
    public void Report_OutputThatCannotBeWritten_IsAnErrorLikeAnyOther()
    {
        using var output = new FullWriter();
        using var error = new StringWriter();
        Assert.That(Run(output, error), Is.EqualTo(ExitCode.BadInput));
        Assert.That(error.ToString(), Does.StartWith("error: ").And.Contain("no-such-model"));
    }

    [Test]
    public void Report_BothStreamsThatCannotBeWritten_HasItsExitCode()
    {
        using var full = new FullWriter();
        Assert.That(Run(full, full), Is.EqualTo(ExitCode.BadInput));
    }

    private static int Run(TextWriter output, TextWriter error) => CliApplication.Run(
        ["inspect", "no-such-model", "--json"],
        new CliContext(new Terminal(output, error, IsInteractive: false), TimeProvider.System, CancellationToken.None));

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
