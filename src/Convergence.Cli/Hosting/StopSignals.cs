using System.Runtime.InteropServices;

namespace Convergence.Cli.Hosting;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a cancellation. The first one asks politely; a second one is left to the operating system, which ends
/// the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _count;

    public StopSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
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
