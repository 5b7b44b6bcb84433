using Convergence.Optimization.Runs.Concluding;

namespace Convergence.Optimization.Tests.Runs.Concluding;

public class UnseenCasesTests
{
    // Clopper and Pearson's bounds for 0 of n with 95 % confidence to both sides, as tables have them.
    [TestCase(1, .9750)]
    [TestCase(2, .8419)]
    [TestCase(10, .3085)]
    [TestCase(20, .1684)]
    public void ShareOf_SomeCases_IsTheBoundOfClopperAndPearson(int cases, double share) =>
        Assert.That(UnseenCases.ShareOf(cases), Is.EqualTo(share).Within(5e-5));

    [Test]
    public void Widen_ScoresThatAgree_AllowsForWhatTheyMayHaveMissed()
    {
        var (lower, upper) = UnseenCases.Widen((.7161, .7161), [.7161, .7161]);

        Assert.That(lower, Is.EqualTo(.7161 * .1581).Within(1e-4));
        Assert.That(upper, Is.EqualTo((.7161 * .1581) + .8419).Within(1e-4));
    }

    [Test]
    public void Widen_ScoresThatDiffer_LeavesTheIntervalAsItIs() =>
        Assert.That(UnseenCases.Widen((.4, .6), [.4, .5, .6]), Is.EqualTo((.4, .6)));

    [TestCase(5, false)]
    [TestCase(6, true)]
    public void LeastReach_DifferencesThatAgree_TellADirectionFromSixCasesOn(int cases, bool isTold) =>
        Assert.That(UnseenCases.LeastReach(.1, [.. Enumerable.Repeat(.1, cases)]) < .1, Is.EqualTo(isTold));

    [Test]
    public void LeastReach_AllCasesAnsweredAlike_IsTheShareThatIsUnseen() =>
        Assert.That(UnseenCases.LeastReach(0, [0, 0]), Is.EqualTo(.8419).Within(1e-4));
}
