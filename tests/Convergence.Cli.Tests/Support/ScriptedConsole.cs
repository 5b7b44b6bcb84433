using Spectre.Console;
using Spectre.Console.Rendering;

namespace Convergence.Cli.Tests.Support;

/// <summary>A terminal at which somebody types what a script says: letters, line ends for Enter, arrows for themselves.</summary>
internal sealed class ScriptedConsole : IAnsiConsole, IAnsiConsoleInput, IDisposable
{
    private readonly DrawnConsole _screen = new(width: 80);
    private readonly Queue<char> _keys;

    public ScriptedConsole(params string[] typed) => _keys = new Queue<char>(string.Concat(typed));

    public Profile Profile => _screen.Console.Profile;

    public IAnsiConsoleCursor Cursor => _screen.Console.Cursor;

    public IAnsiConsoleInput Input => this;

    public IExclusivityMode ExclusivityMode => _screen.Console.ExclusivityMode;

    public RenderPipeline Pipeline => _screen.Console.Pipeline;

    public void Clear(bool home) => _screen.Console.Clear(home);

    public void Write(IRenderable renderable) => _screen.Console.Write(renderable);

    public bool IsKeyAvailable() => _keys.Count > 0;

    public ConsoleKeyInfo? ReadKey(bool intercept)
    {
        var letter = _keys.TryDequeue(out var next) ? next : throw new InvalidOperationException($"Nobody answers:\n{_screen.Drawn}");
        return letter switch
        {
            '\n' => new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: false, alt: false, control: false),
            '↓' => new ConsoleKeyInfo('\0', ConsoleKey.DownArrow, shift: false, alt: false, control: false),
            _ => new ConsoleKeyInfo(letter, ConsoleKey.None, shift: false, alt: false, control: false),
        };
    }

    public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => Task.FromResult(ReadKey(intercept));

    public void Dispose() => _screen.Dispose();
}
