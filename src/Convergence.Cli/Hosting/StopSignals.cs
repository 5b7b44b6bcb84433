using System.Runtime.InteropServices;

namespace Convergence.Cli.Hosting;

/// <summary>
/// What Ctrl-C and SIGTERM do. While a command reads its input, the first one ends the process. Once it works and watches the token, the
/// first one cancels the token; a second one is left to the operating system, which ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>Its number on Linux and macOS; .NET gives it no name.</summary>
    private const PosixSignal SigXfsz = (PosixSignal)25;

    // Caught, a write beyond the limit on file sizes fails as on a full disk, in words and with a cure, instead of ending the process.
    // Signals are answered a little later than they come, so that this lasts as long as the process:
    // one that nobody answers any more would still end it.
    private static readonly PosixSignalRegistration? FileTooLarge =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(SigXfsz, context => context.Cancel = true);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private volatile bool _isPolite;
    private int _count;

    public StopSignals()
    {
        GC.KeepAlive(FileTooLarge);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>From now on somebody watches <see cref="Token"/>.</summary>
    public void AskPolitely() => _isPolite = true;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (!_isPolite)
        {
            Console.Error.WriteLine("error: cancelled.");
            Environment.Exit(ExitCode.Cancelled);
        }

        if (Interlocked.Increment(ref _count) == 1)
        {
            context.Cancel = true;
            _source.Cancel();
            return;
        }

        // A live display hides the cursor; the terminal outlives us and wants it back.
        if (!Console.IsOutputRedirected)
        {
            Console.Out.Write("\u001b[?25h");
        }
    }
}
