using System.Text.Json.Nodes;
using Convergence.Evolution.Randomness;
using Convergence.Optimization.Results.Importance;
using Convergence.Optimization.Runs;

namespace Convergence.Optimization.Tests.Results.Importance;

/// <summary>Importance of parameters of functions whose decomposition is known.</summary>
public sealed class ParameterImportanceTests
{
    [Test]
    public void Of_AnAdditiveFunction_FindsItsShares()
    {
        // Variances over the space: a line of slope s has s²/12; choices at 0, 1 and 2 times c have c² · 2/3.
        var importance = Find(400, (x, y, _, choice) => (.6 * x) + (.2 * y) + (.1 * choice));
        var shares = importance.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Share);
        double[] variances = [.36 / 12, .04 / 12, .01 * 2 / 3];
        var total = variances.Sum();
        Assert.Multiple(() =>
        {
            Assert.That(shares["x"], Is.EqualTo(variances[0] / total).Within(.08));
            Assert.That(shares["y"], Is.EqualTo(variances[1] / total).Within(.06));
            Assert.That(shares["choice"], Is.EqualTo(variances[2] / total).Within(.06));
            Assert.That(shares["nothing"], Is.LessThan(.03));
            Assert.That(importance.Parameters[0].Name, Is.EqualTo("x"), "the most important first");
            Assert.That(importance.Interactions, Is.LessThan(.12));
            Assert.That(importance.Explained, Is.GreaterThan(.85));
        });
    }

    [Test]
    public void Of_AConjunction_GivesAThirdToEachAndToBothTogether()
    {
        var importance = Find(400, (x, y, _, _) => x > .5 && y > .5 ? .9 : .1);
        var shares = importance.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Share);
        Assert.That(shares["x"], Is.EqualTo(1.0 / 3).Within(.08));
        Assert.That(shares["y"], Is.EqualTo(1.0 / 3).Within(.08));
        Assert.That(importance.Interactions, Is.EqualTo(1.0 / 3).Within(.1));
    }

    [Test]
    public void Of_Noise_SaysThatNothingIsExplained() =>
        Assert.That(Find(200, (_, _, noise, _) => noise).Explained, Is.LessThan(.1));

    // Over ratios the logarithm has 0.25/12 of variance, over differences a quarter of that; the other parameter has 0.09/12.
    [TestCase(true, .74)]
    [TestCase(false, .41)]
    public void Of_AParameterOverDecades_CountsRatiosWhereTheyCount(bool isLogarithmic, double expected)
    {
        var random = new SearchRandom(3);
        var importance = ParameterImportance.Of(
            Enumerable.Range(0, 400).Select(id =>
            {
                var (power, other) = (random.NextDouble(), random.NextDouble());
                var parameters = new JsonObject { ["tokens"] = Math.Pow(10, 1 + (3 * power)), ["other"] = other };
                return Outcome(id, parameters, (.5 * power) + (.3 * other));
            }),
            isLogarithmic ? ["tokens"] : [])!;
        Assert.That(importance.Parameters.Single(parameter => parameter.Name == "tokens").Share, Is.EqualTo(expected).Within(.1));
    }

    [Test]
    public void Of_AFewSteps_CountsEachAlike()
    {
        int[] steps = [1, 10, 100, 1000];
        var importance = ParameterImportance.Of(
            Enumerable.Range(0, 80)
                .Select(id => Outcome(id, new JsonObject { ["tokens"] = steps[id % 4], ["other"] = id % 7 }, id % 4 / 4.0)),
            [])!;
        Assert.That(importance.Parameters[0].Name, Is.EqualTo("tokens"));
        Assert.That(importance.Parameters[0].Share, Is.GreaterThan(.95));
    }

    [Test]
    public void Of_ConfigurationsThatLackAParameter_StillCountsIt()
    {
        var random = new SearchRandom(3);
        var importance = ParameterImportance.Of(Enumerable.Range(0, 200).Select(id =>
        {
            var depth = random.NextDouble();
            var parameters = id % 2 == 0 ? new JsonObject { ["kind"] = "a" } : new JsonObject { ["kind"] = "b", ["depth"] = depth };
            return Outcome(id, parameters, id % 2 == 0 ? .2 : depth);
        }), [])!;
        Assert.That(importance.Parameters.Select(parameter => parameter.Name), Is.EquivalentTo(new[] { "kind", "depth" }));
        Assert.That(importance.Explained, Is.GreaterThan(.8));
    }

    [Test]
    public void Of_TheSameConfigurations_GivesTheSameFigures()
    {
        double Score(double x, double y, double z, int choice) => x * y;
        var (first, second) = (Find(60, Score), Find(60, Score));
        Assert.That(second.Parameters, Is.EqualTo(first.Parameters));
    }

    [Test]
    public void Of_TooFewOrAllAlike_IsNothing()
    {
        var few = Enumerable.Range(0, ParameterImportance.LeastConfigurations - 1)
            .Select(id => Outcome(id, new JsonObject { ["x"] = id }, id / 10.0));
        var alike = Enumerable.Range(0, 20).Select(id => Outcome(id, new JsonObject { ["x"] = id }, .5));
        var fixedOnly = Enumerable.Range(0, 20).Select(id => Outcome(id, new JsonObject { ["x"] = 1 }, id / 20.0));
        Assert.That(ParameterImportance.Of(few, []), Is.Null);
        Assert.That(ParameterImportance.Of(alike, []), Is.Null);
        Assert.That(ParameterImportance.Of(fixedOnly, []), Is.Null);
    }

    private static ParameterImportance Find(int count, Func<double, double, double, int, double> score)
    {
        var random = new SearchRandom(11);
        return ParameterImportance.Of(Enumerable.Range(0, count).Select(id =>
        {
            var (x, y, z, choice) = (random.NextDouble(), random.NextDouble(), random.NextDouble(), random.Next(3));
            var parameters = new JsonObject { ["x"] = x, ["y"] = y, ["choice"] = $"choice {choice}", ["nothing"] = random.NextDouble() };
            return Outcome(id, parameters, score(x, y, z, choice));
        }), [])!;
    }

    private static ConfigurationOutcome Outcome(int id, JsonObject parameters, double score) => new()
    {
        Id = id,
        Parameters = parameters,
        Generation = 1,
        Origin = "random",
        Timestamp = DateTimeOffset.UnixEpoch,
        Score = score,
    };
}
