using Convergence.Evolution.Bandits;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Bandits;

internal sealed class ThompsonBanditTests
{
    [Test]
    public void Choose_OneArmSucceedsMost_PlaysItMost([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        double[] rates = [0.1, 0.2, 0.6, 0.3];
        var random = new SearchRandom(seed);
        var bandit = new ThompsonBandit(rates.Length);
        var plays = new int[rates.Length];
        for (var round = 0; round < 600; round++)
        {
            var arm = bandit.Choose(random);
            plays[arm]++;
            bandit.Update(arm, random.NextBoolean(rates[arm]));
        }

        Assert.That(plays[2], Is.GreaterThan(400));
        Assert.That(plays, Is.All.Positive);
    }

    [Test]
    public void Choose_ArmThatCannotBePlayed_IsPassedOver()
    {
        var random = new SearchRandom(5);
        var bandit = new ThompsonBandit([1, 1000, 1], [1, 0, 1]);

        var played = Enumerable.Range(0, 50).Select(_ => bandit.Choose(random, _ => (0, 0), arm => arm != 1)).Distinct();

        Assert.That(played, Is.EquivalentTo(new[] { 0, 2 }));
    }

    [Test]
    public void Choose_TheBestArmChanges_FollowsIt()
    {
        var random = new SearchRandom(4);
        var bandit = new ThompsonBandit(2);
        var late = 0;
        for (var generation = 0; generation < 200; generation++)
        {
            for (var play = 0; play < 6; play++)
            {
                var arm = bandit.Choose(random);
                bandit.Update(arm, random.NextBoolean(arm == (generation < 100 ? 0 : 1) ? 0.7 : 0.1));
                late += generation >= 150 ? arm : 0;
            }

            bandit.Fade();
        }

        Assert.That(late, Is.GreaterThan(50 * 6 * 0.7));
    }

    [Test]
    public void Fade_Evidence_DecaysByTheDiscount()
    {
        var bandit = new ThompsonBandit([4, 0], [0, 2]);
        bandit.Fade();
        bandit.Update(0, success: false);
        Assert.That(bandit.Successes, Is.EqualTo(new[] { 4 * ThompsonBandit.Discount, 0 }));
        Assert.That(bandit.Failures, Is.EqualTo(new[] { 1, 2 * ThompsonBandit.Discount }));
    }

    [Test]
    public void Choose_RestoredFromItsEvidence_GoesOnAlike()
    {
        var bandit = new ThompsonBandit([4, 1.5, 0], [0, 2, 7]);
        var copy = new ThompsonBandit(bandit.Successes, bandit.Failures);
        var (one, other) = (new SearchRandom(5), new SearchRandom(5));
        Assert.That(
            Enumerable.Range(0, 50).Select(_ => copy.Choose(other)).ToArray(),
            Is.EqualTo(Enumerable.Range(0, 50).Select(_ => bandit.Choose(one)).ToArray()));
    }

    [Test]
    public void Construct_ImpossibleEvidence_IsRefused()
    {
        Assert.That(() => new ThompsonBandit([1, 2], [1]), Throws.ArgumentException);
        Assert.That(() => new ThompsonBandit([-1], [1]), Throws.ArgumentException);
        Assert.That(() => new ThompsonBandit([double.NaN], [1]), Throws.ArgumentException);
        Assert.That(() => new ThompsonBandit(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
