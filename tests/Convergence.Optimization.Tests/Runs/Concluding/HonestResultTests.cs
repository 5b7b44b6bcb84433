using Convergence.Evolution.Randomness;
using Convergence.Optimization.Runs;
using Convergence.Optimization.Runs.Concluding;
using Convergence.Optimization.Runs.Evaluation;
using Convergence.Optimization.Runs.Events;
using Convergence.Optimization.Runs.Searching;
using MathNet.Numerics.Distributions;

namespace Convergence.Optimization.Tests.Runs.Concluding;

public class HonestResultTests
{
    private const int Runs = 200;

    // Logits: cases differ more than configurations do.
    private const double CaseDeviation = 1.2;

    [TestCase(20, 20, 0, .6)]
    [TestCase(20, 20, 9, .6)]
    [TestCase(60, 7, 3, .6)]
    [TestCase(12, 60, 20, .6)]
    [TestCase(20, 14, 6, .3)]
    [TestCase(20, 14, 6, 0)]
    public void Winner_OfMany_IsOverratedLittleAndItsIntervalsHoldTheTruth(int configurations, int cases, int heldOut, double deviation)
    {
        var (held, heldDifference, wronglyShipped) = (0, 0, 0);
        var (excess, plainExcess, heldOutExcess) = (0.0, 0.0, 0.0);
        for (var run = 0; run < Runs; run++)
        {
            var simulated = Simulated.Of(configurations, cases, heldOut, deviation, seed: (ulong)run);
            var winner = simulated.Conclusion.Winner()!;
            var (truth, estimate) = (simulated.TruthOf(winner), simulated.Conclusion.EstimateOf(winner));
            held += estimate.Lower <= truth && truth <= estimate.Upper ? 1 : 0;
            excess += estimate.Value - truth;
            plainExcess += simulated.Setup.Objectives.ScoreOf(winner)!.Value - truth;
            heldOutExcess += estimate.HeldOutMean - truth ?? 0;

            var verdict = new VerdictMaker(simulated.Setup, simulated.Conclusion).Of(winner, simulated.Baseline);
            var difference = truth - simulated.TruthOf(simulated.Baseline);
            heldDifference += verdict.Lower <= difference && difference <= verdict.Upper ? 1 : 0;
            wronglyShipped += verdict.Advice == Advice.Ship && difference <= 0 ? 1 : 0;
        }

        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"{held} and {heldDifference} of {Runs} intervals held, {wronglyShipped} wrongly shipped, ")
            + FormattableString.Invariant($"excess {excess / Runs:0.000} against {plainExcess / Runs:0.000}, ")
            + FormattableString.Invariant($"held out {heldOutExcess / Runs:0.000}"));
        Assert.Multiple(() =>
        {
            Assert.That(held, Is.GreaterThanOrEqualTo(.93 * Runs));
            Assert.That(heldDifference, Is.GreaterThanOrEqualTo(.93 * Runs));
            Assert.That(wronglyShipped, Is.LessThanOrEqualTo(.03 * Runs));
            Assert.That(Math.Abs(excess), Is.LessThan(deviation > 0 ? plainExcess / 3 : plainExcess / 2));
        });
    }

    private sealed record Simulated(RunSetup Setup, Conclusion Conclusion, IReadOnlyList<Entrant> Entrants, double[] Abilities)
    {
        public Entrant Baseline => Entrants[0];

        public double TruthOf(Entrant entrant)
        {
            // The mean over all cases there could be.
            var sum = 0.0;
            for (var place = 0; place < 200; place++)
            {
                var ease = Normal.InvCDF(0, CaseDeviation, (place + .5) / 200);
                sum += 1 / (1 + Math.Exp(-Abilities[entrant.Id] - ease));
            }

            return sum / 200;
        }

        public static Simulated Of(int configurations, int cases, int heldOut, double deviation, ulong seed)
        {
            var random = new SearchRandom(seed);
            var config = RunFixture.Config(cases + heldOut);
            config = config with { Evaluation = config.Evaluation with { HoldOut = heldOut / (double)(cases + heldOut) } };
            var plan = CasePlan.Of(config);
            var target = new RecordingTarget((_, _) => 0);
            var setup = new RunSetup(
                config, RunFixture.Parts(target, config), plan, new Objectives(config.Evaluation, plan), 1,
                new Progress<OptimizationEvent>());
            double[] eases = [.. plan.All.Select(_ => Normal.Sample(random, 0, CaseDeviation))];
            double[] abilities = [.. Enumerable.Range(0, configurations).Select(_ => deviation * Normal.Sample(random, 0, 1))];
            Entrant[] entrants =
            [
                .. abilities.Select((_, id) => new Entrant
                {
                    Id = id, Generation = 1, Origin = id == 0 ? Entrant.BaselineOrigin : "random", Parameters = [],
                }),
            ];
            foreach (var entrant in entrants)
            {
                Meet(entrant, 0, plan.Search.Length);
            }

            foreach (var finalist in new Conclusion(setup, entrants).Finalists)
            {
                Meet(finalist, plan.Search.Length, eases.Length);
            }

            return new Simulated(setup, new Conclusion(setup, entrants), entrants, abilities);

            void Meet(Entrant entrant, int first, int end)
            {
                for (var place = first; place < end; place++)
                {
                    var score = random.NextBoolean(1 / (1 + Math.Exp(-abilities[entrant.Id] - eases[place]))) ? 1 : 0;
                    entrant.Add(place, new CaseResult(
                        [
                            new CaseCall(
                                new CaseOutcome { TestCaseId = "", Repetition = 0, Input = [], Score = score }, null, default, false),
                        ],
                        null));
                }
            }
        }
    }
}
