using Convergence.Optimization.Calls.Sending;

namespace Convergence.Optimization.Tests.Calls.Sending;

public sealed class AdaptiveLimiterTests
{
    [Test]
    public async Task Exit_Overload_HalvesOncePerEra()
    {
        var limiter = new AdaptiveLimiter(8);
        var eras = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => limiter.EnterAsync(default)));

        foreach (var era in eras)
        {
            limiter.Exit(era, isOverload: true);
        }

        Assert.That(limiter.Limit, Is.EqualTo(4));
    }

    [Test]
    public async Task Exit_Successes_GrowBackToTheMaximum()
    {
        var limiter = new AdaptiveLimiter(8);
        limiter.Exit(await limiter.EnterAsync(default), isOverload: true);

        for (var i = 0; i < 100; i++)
        {
            limiter.Exit(await limiter.EnterAsync(default), isOverload: false);
        }

        Assert.That(limiter.Limit, Is.EqualTo(8));
    }

    [Test]
    public async Task Enter_Full_WaitsInOrderAndPassesOverTheCancelled()
    {
        var limiter = new AdaptiveLimiter(1);
        using var cancellation = new CancellationTokenSource();
        var first = await limiter.EnterAsync(default);
        var cancelled = limiter.EnterAsync(cancellation.Token);
        var next = limiter.EnterAsync(default);

        await cancellation.CancelAsync();
        limiter.Exit(first, isOverload: false);

        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await next, Is.EqualTo(first));
    }

    [Test]
    public async Task Enter_ManyTasks_NeverExceedTheLimit()
    {
        var limiter = new AdaptiveLimiter(5);
        var active = 0;
        var most = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            var era = await limiter.EnterAsync(default);
            InterlockedMax(ref most, Interlocked.Increment(ref active));
            await Task.Yield();
            Interlocked.Decrement(ref active);
            limiter.Exit(era, isOverload: i % 7 == 0);
        })));

        Assert.That(most, Is.InRange(1, 5));
        Assert.That(active, Is.Zero);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; value > seen; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
