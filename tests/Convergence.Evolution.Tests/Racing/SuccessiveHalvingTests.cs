using Convergence.Evolution.Racing;

namespace Convergence.Evolution.Tests.Racing;

internal sealed class SuccessiveHalvingTests
{
    [TestCase(20, 20, 168)]
    [TestCase(20, 100, 336)]
    [TestCase(50, 20, 420)]
    [TestCase(72, 7, 396)]
    [TestCase(50, 200, 1772)]
    [TestCase(1, 5, 4)]
    public void Run_AnySize_TakesAsManyCallsAsItSaysAndFindsAClearWinner(int configurationCount, int caseCount, int calls)
    {
        var scores = new CaseScores(configurationCount, caseCount);
        var made = 0;
        var best = configurationCount / 2;
        var winner = SuccessiveHalving.Run(scores, (configuration, index) =>
        {
            made++;
            return index == 0 ? null : configuration == best ? 1 : 0.5;
        });
        Assert.That(winner, Is.EqualTo(best));
        Assert.That(made, Is.EqualTo(calls));
        Assert.That(SuccessiveHalving.CallCount(configurationCount, caseCount), Is.EqualTo(calls));
    }
}
