using Convergence.Evolution.Randomness;
using Convergence.Evolution.Selection;

namespace Convergence.Evolution.Tests.Selection;

internal sealed class TournamentTests
{
    private static readonly double[] Scores = [0.3, 0.9, 0.1, 0.5];

    [Test]
    public void Select_AllContestants_IsTheMaximum() =>
        Assert.That(Enumerable.Range(0, 50).Select(seed => Tournament.Select(Scores, 4, new SearchRandom((ulong)seed))), Is.All.EqualTo(1));

    [TestCase(1, new[] { 0.25, 0.25, 0.25, 0.25 })]
    [TestCase(2, new[] { 1 / 6.0, 0.5, 0, 1 / 3.0 }, Description = "of the 6 pairs, 3 hold the best, 2 more the second, 1 the third")]
    [TestCase(3, new[] { 0, 0.75, 0, 0.25 })]
    public void Select_BySize_WinsAsOftenAsCounted(int size, double[] expected)
    {
        const int Draws = 20_000;
        var random = new SearchRandom(3);
        var wins = new double[Scores.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            wins[Tournament.Select(Scores, size, random)] += 1.0 / Draws;
        }

        Assert.That(wins, Is.EqualTo(expected).Within(0.015));
    }

    [Test]
    public void Select_ImpossibleSize_IsRefused([Values(0, 5)] int size) =>
        Assert.That(() => Tournament.Select(Scores, size, new SearchRandom(1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
