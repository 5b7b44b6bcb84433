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
}
