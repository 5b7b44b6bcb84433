namespace Convergence.Cli.Progress;

/// <summary>Passes every report on to several receivers, in their order, on the caller's thread.</summary>
internal sealed class Broadcast<T>(params IProgress<T>[] receivers) : IProgress<T>
{
    public void Report(T value)
    {
        foreach (var receiver in receivers)
        {
            receiver.Report(value);
        }
    }
}
