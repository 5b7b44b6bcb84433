using Convergence.Evolution.Learning;
using Convergence.Evolution.Samplers;
using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Tests.Samplers;

internal sealed class ExperienceTests
{
    private static readonly SearchSpace Space = new(
        [new FloatParameter("x", 0, 1), new FloatParameter("y", 0, 1), new CategoricalParameter("model", ["a", "b", "c", "d"])]);

    [Test]
    public void CreditOf_AnOperator_IsItsImprovementsAtThatStage_AndLittleOfThem()
    {
        var trials = Enumerable.Range(0, 30).Select(place => Trial(place / 30.0, 10 - place, place % 2 == 0 ? "good" : "bad")).ToList();
        trials = [.. trials.Select((trial, place) => place % 2 == 0 ? trial : trial with { Loss = 100 })];
        var experience = new SearchExperience([trials]);

        var good = experience.CreditOf("good", 20);
        var bad = experience.CreditOf("bad", 20);
        Assert.That(good.Successes, Is.EqualTo(SearchExperience.CreditLimit).Within(1e-12));
        Assert.That(good.Failures, Is.Zero);
        Assert.That(bad.Successes, Is.Zero);
        Assert.That(experience.CreditOf("good", 60), Is.EqualTo((0.0, 0.0)), "nobody has come so far");
        Assert.That(experience.CreditOf("unknown", 20), Is.EqualTo((0.0, 0.0)));
    }

    [Test]
    public void Probes_OfSeveralSearches_AreTheWinnersOfTheNewestFirst()
    {
        var old = new[] { Trial(0.1, 5, null), Trial(0.2, 4, null) };
        var recent = new[] { Trial(0.3, -900, null), Trial(0.4, -1000, null) };
        var experience = new SearchExperience([old, recent]);
        Assert.That(
            experience.Probes.Select(probe => (double)probe["x"]!), Is.EqualTo(new[] { 0.4, 0.2, 0.3, 0.1 }).Within(1e-12));
    }

    [Test]
    public void Portfolio_WithoutFormerTrials_IsThePortfolioWithoutExperience()
    {
        Assert.That(Losses(new SearchExperience([]), 0, 1), Is.EqualTo(Losses(null, 0, 1)));
    }

    [Test]
    public void Portfolio_AfterSearchesLikeThis_IsFarAheadAtFirst()
    {
        var experience = new SearchExperience(
            Enumerable.Range(1, 3).Select(seed => Run(null, 0.03 * seed, (ulong)seed)).ToList());
        double[] Best(SearchExperience? use) =>
            [.. Enumerable.Range(10, 9).Select(seed => Losses(use, 0, (ulong)seed).Take(10).Min()).Order()];
        Assert.That(Best(experience)[4], Is.LessThan(Best(null)[4] / 3), "the median of nine seeds after ten trials");
    }

    [Test]
    public void Portfolio_AfterSearchesOfTheOpposite_StillFindsTheBest()
    {
        var misleading = new SearchExperience(
            [[.. Run(null, 0, 1).Select(trial => trial with { Loss = -trial.Loss })]]);
        Assert.That(Losses(misleading, 0, 2).Min(), Is.LessThan(0.01));
    }

    private static double[] Losses(SearchExperience? experience, double shift, ulong seed) =>
        [.. Run(experience, shift, seed).Select(trial => trial.Loss)];

    private static List<FormerTrial> Run(SearchExperience? experience, double shift, ulong seed)
    {
        var search = new TrialSearch(Space, PortfolioSampler.Default(experience), seed);
        var trials = new List<FormerTrial>();
        while (trials.Count < 50)
        {
            var trial = search.Ask()[0];
            var (x, y) = ((double)trial.Configuration["x"]!, (double)trial.Configuration["y"]!);
            var loss = Square(x - 0.3 - shift) + Square(y - 0.8 + shift) + ((string)trial.Configuration["model"]! == "c" ? 0 : 0.2);
            search.Tell(trial.Id, loss);
            trials.Add(new FormerTrial(trial.Configuration, loss, trial.Origin));
        }

        return trials;
    }

    private static FormerTrial Trial(double x, double loss, string? origin) => new(
        Space.Create(new Dictionary<string, object> { ["x"] = x, ["y"] = 0.5, ["model"] = "a" }), loss, origin);

    private static double Square(double value) => value * value;
}
