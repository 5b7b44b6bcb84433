using Convergence.Evolution.Spaces;
using Convergence.Evolution.Trials;

namespace Convergence.Evolution.Tests.Samplers;

/// <summary>A small mixed and conditional problem: each model has its own best temperature, only one of them has an effort.</summary>
internal static class MixedProblem
{
    public static SearchSpace Space { get; } = new(
    [
        new CategoricalParameter("model", ["small", "large", "reasoning"]),
        new FloatParameter("temperature", 0, 2) { Condition = new("model", ["small", "large"]) },
        new IntegerParameter("tokens", 16, 4096, log: true),
        new CategoricalParameter("effort", ["low", "middle", "high"], ordered: true) { Condition = new("model", ["reasoning"]) },
        new BooleanParameter("stream"),
    ]);

    /// <summary>Lower is better; 0 at large, 0.4, 500, either stream.</summary>
    public static double Loss(Configuration configuration)
    {
        var tokens = Math.Log2((long)configuration["tokens"]! / 500.0) / 8;
        var loss = tokens * tokens;
        return (string)configuration["model"]! switch
        {
            "small" => loss + 0.2 + Square((double)configuration["temperature"]! - 1.5),
            "large" => loss + Square((double)configuration["temperature"]! - 0.4),
            _ => loss + 0.1 + ((string)configuration["effort"]! == "high" ? 0 : 0.2),
        };
    }

    /// <summary>The lowest loss after some trials.</summary>
    public static double BestAfter(ITrialSearch search, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var trial = search.Ask()[0];
            search.Tell(trial.Id, Loss(trial.Configuration));
        }

        return search.Best[0].Objectives[0];
    }

    private static double Square(double value) => value * value;
}
