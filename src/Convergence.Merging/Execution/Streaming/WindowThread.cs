using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Convergence.Merging;

/// <summary>
/// A thread that does one thing with every window of an <see cref="OutputRing"/>, in their order. After a failure it only lets windows go.
/// </summary>
internal sealed class WindowThread : IDisposable
{
    private readonly BlockingCollection<WindowOrder> _orders = [];
    private readonly Action<WindowOrder> _carryOut;
    private readonly Thread _thread;
    private volatile ExceptionDispatchInfo? _failure;

    /// <param name="name">What it does, for debuggers and profilers.</param>
    /// <param name="carryOut">What to do with an order.</param>
    public WindowThread(string name, Action<WindowOrder> carryOut)
    {
        _carryOut = carryOut;
        _thread = new Thread(Work) { IsBackground = true, Name = name };
        _thread.Start();
    }

    public void Add(WindowOrder order) => _orders.Add(order);

    /// <summary>Throws what an order threw, if one did.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <summary>Carries out what was added, and ends.</summary>
    public void Dispose()
    {
        _orders.CompleteAdding();
        _thread.Join();
        _orders.Dispose();
    }

    private void Work()
    {
        foreach (var order in _orders.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null)
                {
                    _carryOut(order);
                }
            }
#pragma warning disable CA1031 // Rethrown on the caller's thread; the windows must come back or it would wait for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }

            order.Release();
        }
    }
}
