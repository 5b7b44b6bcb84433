using Convergence.Tensors.Devices;

namespace Convergence.GpuBench.Rows;

/// <summary>Times of work on a GPU, by its own events.</summary>
internal static class GpuTime
{
    private const int WarmUpCount = 2;

    /// <summary>The median, in seconds.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="count">Times that count.</param>
    /// <param name="work">What to time; it runs unmeasured a few times before.</param>
    public static double Median(ComputeDevice device, int count, Action work)
    {
        for (var run = 0; run < WarmUpCount; run++)
        {
            work();
        }

        var seconds = Enumerable.Range(0, count).Select(_ => device.Time(work).TotalSeconds).Order().ToArray();
        return seconds[seconds.Length / 2];
    }
}
