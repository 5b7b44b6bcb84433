namespace Convergence.Cli.Hosting;

/// <summary>The standard streams.</summary>
/// <param name="Out">For results and progress.</param>
/// <param name="Error">For errors and hints.</param>
/// <param name="IsInteractive">Whether a person watches <paramref name="Out"/>: it can be redrawn.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsInteractive)
{
    /// <summary>
    /// As <see cref="Out"/>, control characters included: for what is drawn in place, and for texts that go to a file as they are.
    /// </summary>
    public TextWriter Raw { get; init; } = Out;

    /// <summary>The process's own; a dumb terminal counts as not interactive.</summary>
    public static Terminal OfThisProcess() => new(
        new VisibleTextWriter(Console.Out),
        new VisibleTextWriter(Console.Error),
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb")
    {
        Raw = Console.Out,
    };
}
