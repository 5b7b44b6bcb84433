using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Tests.Calls.Spending;

public sealed class SpendLedgerTests
{
    [Test]
    public void TryReserve_MoreThanIsAllowed_SaysWhatOneCallMayTake()
    {
        var ledger = new SpendLedger(new SpendLimits { Tokens = 3000 }, TimeProvider.System);
        Assert.That(ledger.TryReserve(new SpendEstimate(.01m, 16_400), out var exhausted), Is.Null);
        Assert.That(exhausted, Does.StartWith("the limit of 3000 tokens (another call may take 16400; "));
    }

    [Test]
    public void TryReserve_MoreDollarsThanAreAllowed_SaysWhatOneCallMayCost()
    {
        var ledger = new SpendLedger(new SpendLimits { Dollars = .5m }, TimeProvider.System);
        Assert.That(ledger.TryReserve(new SpendEstimate(.75m, 10), out var exhausted), Is.Null);
        Assert.That(exhausted, Is.EqualTo("the budget of $0.5 (another call may cost $0.75)"));
    }

    [Test]
    public async Task ReserveAsync_WhileOthersHoldTheirMost_WaitsUntilTheyAreSettled()
    {
        var ledger = new SpendLedger(new SpendLimits { Dollars = 1 }, TimeProvider.System);
        var first = await ledger.ReserveAsync(new SpendEstimate(.8m, 0), default);
        var second = ledger.ReserveAsync(new SpendEstimate(.8m, 0), default);
        Assert.That(second.IsCompleted, Is.False);

        first.Settle(new Spend(.1m, 1, 0));
        (await second).Settle(new Spend(.3m, 1, 0));

        Assert.That(
            async () => await ledger.ReserveAsync(new SpendEstimate(.8m, 0), default),
            Throws.TypeOf<BudgetExhaustedException>().With.Message.StartsWith("The budget of $1"));
        Assert.That(ledger.Dollars, Is.EqualTo(.4m));
    }

    [Test]
    public async Task ReserveAsync_Cancelled_WaitsNoLonger()
    {
        var ledger = new SpendLedger(new SpendLimits { Calls = 1 }, TimeProvider.System);
        using var held = await ledger.ReserveAsync(default, default);
        using var cancellation = new CancellationTokenSource();
        var waiting = ledger.ReserveAsync(default, cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }
}
