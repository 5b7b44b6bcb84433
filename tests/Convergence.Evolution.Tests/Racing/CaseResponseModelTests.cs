using Convergence.Evolution.Racing;
using Convergence.Evolution.Randomness;

namespace Convergence.Evolution.Tests.Racing;

internal sealed class CaseResponseModelTests
{
    [Test]
    public void GainOf_CasesThatAllCanDoOrNone_IsLessThanOfOneThatTells()
    {
        // Eight configurations on three cases: all can do the first, none the second, the better half the third. A ninth is new.
        var scores = new CaseScores(9, 4);
        for (var configuration = 0; configuration < 8; configuration++)
        {
            scores.Add(configuration, 0, 1);
            scores.Add(configuration, 1, 0);
            scores.Add(configuration, 2, configuration >= 4 ? 1 : 0);
        }

        var model = Fitted(scores);
        double[] importances = [0, 0, 0, 0, 0, 0, 0, 0, 1];
        double[] gains = [.. Enumerable.Range(0, 4).Select(testCase => model.GainOf(8, testCase, other: 7, importances))];
        Assert.That(gains[2], Is.GreaterThan(gains[0]).And.GreaterThan(gains[1]));
        Assert.That(gains[2], Is.GreaterThan(gains[3]), "nobody has met the fourth, so that it compares with nobody");
    }

    [Test]
    public void AbilityOf_WhoMetTheHardCases_IsNotThePoorerForIt()
    {
        // Case 0 is done by all, case 1 by few. The last two configurations met one of them each, and did what is usual on it.
        var scores = new CaseScores(12, 2);
        for (var configuration = 0; configuration < 10; configuration++)
        {
            scores.Add(configuration, 0, 1);
            scores.Add(configuration, 1, configuration == 0 ? 1 : 0);
        }

        scores.Add(10, 0, 1);
        scores.Add(11, 1, 0);
        var model = Fitted(scores);
        Assert.That(model.AbilityOf(10) - model.AbilityOf(11), Is.InRange(0, 0.5 * model.AbilityDeviation));
        Assert.That(model.AbilityOf(0), Is.EqualTo(Enumerable.Range(0, 12).Max(model.AbilityOf)));
    }

    [TestCase(1)]
    [TestCase(0.05)]
    public void Lead_OfKnownAbilities_HoldsTheTruthAsOftenAsItSays(double spread)
    {
        var (held, count) = (0, 0);
        for (var seed = 0UL; seed < 60; seed++)
        {
            var random = new SearchRandom(seed);
            double[] abilities = [.. Enumerable.Range(0, 8).Select(_ => (random.NextDouble() - 0.5) * 2)];
            double[] eases = [.. Enumerable.Range(0, 25).Select(_ => (random.NextDouble() - 0.5) * 4)];
            var scores = new CaseScores(8, 25);
            for (var cell = 0; cell < 200; cell++)
            {
                var rate = 1 / (1 + Math.Exp(-abilities[cell / 25] - eases[cell % 25]));
                var noise = Math.Sqrt(3 * spread * rate * (1 - rate)) * ((2 * random.NextDouble()) - 1);
                scores.Add(cell / 25, cell % 25, spread == 1 ? (random.NextBoolean(rate) ? 1 : 0) : rate + noise);
            }

            var model = Fitted(scores);
            for (var second = 1; second < 8; second++)
            {
                var (value, deviation) = model.Lead(0, second);
                held += Math.Abs(value - abilities[0] + abilities[second]) < 1.96 * deviation ? 1 : 0;
                count++;
            }
        }

        Assert.That((double)held / count, Is.GreaterThan(0.9));
    }

    private static CaseResponseModel Fitted(CaseScores scores)
    {
        var model = new CaseResponseModel(scores);
        model.Fit(steps: 60);
        return model;
    }
}
