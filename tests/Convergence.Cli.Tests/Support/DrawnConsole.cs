using Spectre.Console;

namespace Convergence.Cli.Tests.Support;

/// <summary>A terminal without colours that keeps what is drawn on it.</summary>
internal sealed class DrawnConsole : IDisposable
{
    private readonly StringWriter _output = new();

    /// <param name="width">In characters.</param>
    public DrawnConsole(int width)
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(_output),
        });
        Console.Profile.Width = width;
        Console.Profile.Capabilities.Unicode = true;
    }

    public IAnsiConsole Console { get; }

    /// <summary>Everything, in the order of drawing.</summary>
    public string Drawn => _output.ToString();

    /// <summary>What was drawn last, from the corner of its frame on.</summary>
    public string Last => Drawn[Drawn.LastIndexOf('╭')..];

    public void Dispose() => _output.Dispose();
}
